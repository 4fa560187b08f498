import type { SmallBlob, smallImage } from '../../../stand-in/registry/small-image.ts'

/** Plain requests, without the client that the registry is there to judge. */
export function callRegistry(url: string, repository = 'app') {
  const request = async (
    method: string,
    path: string,
    options: {
      readonly body?: Buffer
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) => {
    const answer = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: options.headers ?? {},
      ...(options.body === undefined ? {} : { body: new Uint8Array(options.body) }),
    })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  const start = async () => {
    const { headers } = await request('POST', `/v2/${repository}/blobs/uploads/`)
    return headers.get('location') ?? ''
  }
  const blob = async ({ bytes, digest }: SmallBlob) =>
    request('PUT', `${await start()}?digest=${digest}`, { body: bytes })
  const manifest = ({ bytes, mediaType, digest }: SmallBlob, reference: string = digest) =>
    request('PUT', `/v2/${repository}/manifests/${reference}`, {
      body: bytes,
      headers: { 'Content-Type': mediaType },
    })
  const image = async (parts: ReturnType<typeof smallImage>, reference?: string) => {
    for (const part of [...parts.layers, parts.config]) await blob(part)
    return manifest(parts.manifest, reference)
  }
  return { request, start, blob, manifest, image }
}
