import { execa } from 'execa'

/** A place of an image for skopeo; `credentials` as `user:password`. */
export interface ImagePlace {
  /** `127.0.0.1:5000/app@sha256:...` */
  readonly image: string
  readonly credentials?: string
}

/** Copies one image with other people's client; digests stay, or it fails. */
export async function copyImage(from: ImagePlace, to: ImagePlace): Promise<void> {
  const credentials = (side: 'src' | 'dest', place: ImagePlace): string[] =>
    place.credentials === undefined
      ? [`--${side}-no-creds`]
      : [`--${side}-creds`, place.credentials]
  await execa('skopeo', [
    '--insecure-policy',
    'copy',
    '--quiet',
    '--preserve-digests',
    '--src-tls-verify=false',
    '--dest-tls-verify=false',
    ...credentials('src', from),
    ...credentials('dest', to),
    `docker://${from.image}`,
    `docker://${to.image}`,
  ])
}
