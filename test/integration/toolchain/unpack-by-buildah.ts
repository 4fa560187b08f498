import { execa } from 'execa'
import { join } from 'node:path'

/** An image as buildah, another reader of images than Docker and skopeo, sees it. */
export interface BuildahImage {
  /** Its config in OCI's words. */
  readonly config: {
    readonly architecture?: unknown
    readonly config?: Readonly<Record<string, unknown>>
  }
  /** Folder with the image's whole root, until `close`. */
  readonly root: string
  close(): Promise<void>
}

/**
 * Pulls an image and mounts it, in a storage of its own.
 * @param storage folder that its caller removes
 */
export async function unpackByBuildah(options: {
  /** `127.0.0.1:PORT/repository@sha256:...`, without TLS or login. */
  readonly image: string
  readonly architecture: 'arm64' | 'x86_64'
  readonly storage: string
}): Promise<BuildahImage> {
  const { image, architecture, storage } = options
  const place = ['--root', join(storage, 'root'), '--runroot', join(storage, 'run')]
  const buildah = async (...argv: string[]): Promise<string> => {
    const { stdout } = await execa('buildah', [...place, '--storage-driver', 'overlay', ...argv])
    return stdout.trim()
  }
  const from = [
    '--quiet',
    '--tls-verify=false',
    '--arch',
    architecture === 'arm64' ? 'arm64' : 'amd64',
  ]
  const container = await buildah('from', ...from, `docker://${image}`)
  const inspected: { OCIv1?: BuildahImage['config'] } = JSON.parse(
    await buildah('inspect', '--type', 'container', container),
  )
  return {
    config: inspected.OCIv1 ?? {},
    root: await buildah('mount', container),
    async close() {
      await buildah('umount', container)
      await buildah('rm', container)
      await buildah('rmi', '--all')
    },
  }
}
