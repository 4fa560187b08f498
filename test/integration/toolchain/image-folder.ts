import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

const docker = 'application/vnd.docker'

interface Descriptor {
  readonly mediaType: string
  readonly size: number
  readonly digest: string
}

export interface ImageOfLayers {
  /** As OCI names it: `arm64` or `amd64`. */
  readonly architecture: string
  readonly layers: readonly string[]
  readonly config: Readonly<Record<string, unknown>>
}

/**
 * Turns gzipped tar files into a folder that skopeo reads as `dir:`, a Docker schema 2 list of one
 * image each. Written apart from the plugin's own image code, which it helps to judge.
 */
export async function writeImageFolder(
  folder: string,
  images: readonly ImageOfLayers[],
): Promise<void> {
  await writeFile(join(folder, 'version'), 'Directory Transport Version: 1.1\n')
  const manifests = await Promise.all(
    images.map(async (image) => {
      const layers = await Promise.all(image.layers.map((layer) => takeLayer(folder, layer)))
      const config = await writeBlob(folder, '', `${docker}.container.image.v1+json`, {
        architecture: image.architecture,
        os: 'linux',
        created: '1970-01-01T00:00:00Z',
        config: image.config,
        rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
        history: layers.map(() => ({ created: '1970-01-01T00:00:00Z' })),
      })
      const mediaType = `${docker}.distribution.manifest.v2+json`
      const manifest = await writeBlob(folder, '.manifest.json', mediaType, {
        schemaVersion: 2,
        mediaType,
        config,
        layers: layers.map(({ descriptor }) => descriptor),
      })
      return { ...manifest, platform: { architecture: image.architecture, os: 'linux' } }
    }),
  )
  const mediaType = `${docker}.distribution.manifest.list.v2+json`
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({ schemaVersion: 2, mediaType, manifests }),
  )
}

async function writeBlob(
  folder: string,
  suffix: string,
  mediaType: string,
  content: unknown,
): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(content))
  const hex = createHash('sha256').update(bytes).digest('hex')
  await writeFile(join(folder, hex + suffix), bytes)
  return { mediaType, size: bytes.length, digest: `sha256:${hex}` }
}

async function takeLayer(
  folder: string,
  file: string,
): Promise<{ descriptor: Descriptor; diffId: string }> {
  const [packed, unpacked] = [createHash('sha256'), createHash('sha256')]
  await pipeline(
    createReadStream(file),
    async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        packed.update(chunk)
        yield chunk
      }
    },
    createGunzip(),
    unpacked,
  )
  const hex = packed.digest('hex')
  const { size } = await stat(file)
  await rename(file, join(folder, hex))
  const mediaType = `${docker}.image.rootfs.diff.tar.gzip`
  return {
    descriptor: { mediaType, size, digest: `sha256:${hex}` },
    diffId: `sha256:${unpacked.digest('hex')}`,
  }
}
