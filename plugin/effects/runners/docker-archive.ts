import { digestOf, hexOf } from '../../oci/digest.ts'
import { stableJson } from '../../oci/stable-json.ts'
import { tarEnd, tarHeader, tarPadding } from '../../oci/tar.ts'
import type { ImageToStart } from './runner.ts'

/** The name under which Docker has an image for as long as its functions are started. */
export function startedName({ config }: ImageToStart): string {
  return `arc-start-check:${hexOf(digestOf(stableJson(config))).slice(0, 32)}`
}

/** An image as `docker load` reads it; layers are copied as they are compressed. */
export async function* dockerArchive(image: ImageToStart): AsyncGenerator<Uint8Array, void> {
  const config = Buffer.from(stableJson(image.config))
  const names = image.layers.map((_, index) => `${index}.tar.gz`)
  const manifest = [{ Config: 'config.json', RepoTags: [startedName(image)], Layers: names }]
  yield* small('config.json', config)
  for (const [index, layer] of image.layers.entries()) {
    const size = layer.size
    yield tarHeader({ kind: 'file', path: names[index] ?? '', size, executable: false })
    yield* layer.open()
    yield tarPadding(size)
  }
  yield* small('manifest.json', Buffer.from(JSON.stringify(manifest)))
  yield tarEnd
}

function* small(path: string, bytes: Uint8Array): Generator<Uint8Array, void> {
  yield tarHeader({ kind: 'file', path, size: bytes.length, executable: false })
  yield bytes
  yield tarPadding(bytes.length)
}
