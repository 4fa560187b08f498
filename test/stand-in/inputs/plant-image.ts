import { gunzipSync, gzipSync } from 'node:zlib'

import type { Descriptor } from '../../../plugin/oci/descriptor.ts'
import { type Digest, digestOf } from '../../../plugin/oci/digest.ts'
import { stableJson } from '../../../plugin/oci/stable-json.ts'
import type { Repository } from '../../../plugin/ports/repository.ts'

/** A copy of an image with what an attacker, or another machine, would do differently. */
export interface Planting {
  /** Tag or digest of the image to start from. */
  readonly from: string
  /** Where the copy goes. */
  readonly tag: string
  /** Uncompressed bytes to other ones; the index counts from the top: -1 is the app's layer. */
  readonly layer?: { readonly at: number; readonly change: (tar: Buffer) => Buffer }
  /** Behind a layer's gzip; harmless to some unpackers. */
  readonly behind?: Buffer
  /** `diff_ids` stay those of the original. */
  readonly lying?: boolean
  readonly config?: (config: Record<string, unknown>) => Record<string, unknown>
  readonly manifest?: (manifest: Record<string, unknown>) => Record<string, unknown>
}

/** Pushes such a copy, as anybody may who may push. */
export async function plantImage(repository: Repository, planting: Planting): Promise<Digest> {
  const served = await repository.getManifest(planting.from)
  if (served === undefined) throw new Error(`no ${planting.from}`)
  const manifest = JSON.parse(Buffer.from(served.bytes).toString())
  const config = JSON.parse(Buffer.from(await repository.getBlob(manifest.config)).toString())
  const layers: Descriptor[] = [...manifest.layers]
  if (planting.layer !== undefined) {
    const at = layers.length + planting.layer.at
    const before = layers[at]
    if (before === undefined) throw new Error('no such layer')
    const tar = planting.layer.change(gunzipSync(await repository.getBlob(before, Infinity)))
    const bytes = Buffer.concat([gzipSync(tar, { level: 1 }), planting.behind ?? Buffer.alloc(0)])
    layers[at] = await put(repository, before.mediaType, bytes)
    if (planting.lying !== true) config.rootfs.diff_ids[at] = digestOf(tar)
  }
  const changed = planting.config?.(config) ?? config
  const text = Buffer.from(stableJson(changed))
  const descriptor = await put(repository, manifest.config.mediaType, text)
  const planted = { ...manifest, config: descriptor, layers }
  const bytes = Buffer.from(stableJson(planting.manifest?.(planted) ?? planted))
  return repository.putManifest(bytes, served.mediaType, planting.tag)
}

async function put(repository: Repository, mediaType: string, bytes: Buffer): Promise<Descriptor> {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length }
  await repository.putBlob(descriptor, async function* () {
    yield bytes
  })
  return descriptor
}

/** The same files with other code in those whose text has a word. */
export function replaced(tar: Buffer, word: string, by: string): Buffer {
  if (word.length !== by.length) throw new Error('a tar names the size of each file')
  const text = tar.toString('latin1')
  if (!text.includes(word)) throw new Error(`nothing has '${word}'`)
  return Buffer.from(text.replaceAll(word, by), 'latin1')
}
