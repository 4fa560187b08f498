import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import type { ArchivedEntry } from '../../../plugin/core/image/archived-entry.ts'
import type { ImageLayer } from '../../../plugin/effects/image/image-layers.ts'
import { indexLayer } from '../../../plugin/effects/layer/index-layer.ts'
import { type OciConfig, parseOciConfig } from '../../../plugin/oci/config.ts'
import { type Digest, digestOf, hexOf } from '../../../plugin/oci/digest.ts'
import { parseIndex, parseManifest } from '../../../plugin/oci/manifest.ts'
import { type LambdaArchitecture, platformOf } from '../../../plugin/oci/platform.ts'
import { type SmallEntry, tarOf } from '../../stand-in/registry/small-image.ts'
import { type BaseImageKind, buildBaseImage } from './base-image.ts'

/** A base image's config and layers, the lowest first, from the folder that skopeo copies. */
export async function baseLayers(
  kind: BaseImageKind,
  architecture: LambdaArchitecture,
): Promise<{ readonly config: OciConfig; readonly layers: readonly ImageLayer[] }> {
  const folder = await buildBaseImage(kind)
  const index = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  const bytes = Buffer.from(JSON.stringify(index))
  const { manifests } = parseIndex(bytes, index.mediaType)
  const wanted = platformOf(architecture).architecture
  const own = manifests.find(({ platform }) => platform?.architecture === wanted)
  if (own === undefined) throw new Error(`${folder} has no image for ${architecture}`)
  const file = join(folder, `${hexOf(own.digest)}.manifest.json`)
  const manifest = parseManifest(await readFile(file), own.mediaType)
  const config = parseOciConfig(await readFile(join(folder, hexOf(manifest.config.digest))))
  const layers = manifest.layers.map(({ digest, size }, at) =>
    keptLayer(config.rootfs.diff_ids[at] ?? digest, size, () =>
      createReadStream(join(folder, hexOf(digest))),
    ),
  )
  return { config, layers }
}

/** A layer of a few files; folders come by themselves. */
export function smallLayer(entries: readonly SmallEntry[]): ImageLayer {
  const folders = new Set<string>()
  for (const { path } of entries) {
    const parts = path.split('/').slice(0, -1)
    for (const at of parts.keys()) folders.add(`${parts.slice(0, at + 1).join('/')}/`)
  }
  const tar = tarOf([...[...folders].map((path) => ({ path })), ...entries])
  const bytes = gzipSync(tar)
  return keptLayer(digestOf(tar), bytes.length, async function* () {
    yield bytes
  })
}

/** A layer whose compressed bytes are at hand. */
export function keptLayer(
  diffId: Digest,
  size: number,
  open: () => AsyncIterable<Uint8Array>,
): ImageLayer {
  let entries: Promise<readonly ArchivedEntry[]> | undefined
  return {
    diffId,
    size,
    open,
    isKept: async () => true,
    entries: () => (entries ??= indexLayer(open())),
  }
}
