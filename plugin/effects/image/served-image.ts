import { join } from 'node:path'

import { isRecord } from '../../core/basics/is-record.ts'
import type { PlannedImage } from '../../core/model.ts'
import type { PartReport } from '../../core/report/image-report.ts'
import { imageLabels, layerParts } from '../../core/image/image-labels.ts'
import { treeOf } from '../../core/image/image-tree.ts'
import {
  checkDescribed,
  type DescribedImage,
  indexFault,
  type ServedImage,
} from '../../core/image/verify.ts'
import type { OciConfig } from '../../oci/config.ts'
import { type Descriptor, totalSize } from '../../oci/descriptor.ts'
import { hexOf } from '../../oci/digest.ts'
import { isPossibleSize } from '../../oci/layer.ts'
import { kindOf, type Manifest, parseIndex, parseManifest } from '../../oci/manifest.ts'
import { formatPinned } from '../../oci/reference.ts'
import type { Repository, ServedManifest } from '../../ports/repository.ts'
import { readRecord, writeRecord } from '../cache/layer-cache.ts'
import { readConfig } from '../cache/read-by-digest.ts'
import { leastUncompressedSize } from '../layer/uncompressed-size.ts'
import { imageLayers } from './image-layers.ts'

interface Options {
  readonly cacheDirectory: string
}

/**
 * What the registry serves under a digest, as far as `verifyImage` needs it. Layers are read only
 * of an image whose manifest and config are sound.
 * @throws ContainerImageError what `checkDescribed` throws, IMAGE_LAYERS_UNFIT, REGISTRY_*
 */
export async function readServedImage(
  image: PlannedImage,
  repository: Repository,
  served: ServedManifest,
  options: Options,
): Promise<ServedImage> {
  const { uri, manifest, config } = await describeImage(image, repository, served, options)
  const layers = imageLayers(manifest, config, { repository, ...options })
  const [entries, uncompressedSize] = await Promise.all([
    Promise.all(layers.map((layer) => layer.entries())),
    rememberedSize(served, manifest, options, () => sizeOf(image, repository, manifest, config)),
  ])
  return { uri, manifest, config, tree: treeOf(entries), uncompressedSize }
}

/**
 * What its manifest and config say; no layer is read.
 * @throws ContainerImageError what `checkDescribed` throws, REGISTRY_*
 */
export async function describeImage(
  image: PlannedImage,
  repository: Repository,
  served: ServedManifest,
  options: Options,
): Promise<DescribedImage> {
  const uri = formatPinned(repository.uri, served.digest)
  if (kindOf(served.mediaType) === 'index') {
    throw indexFault(image, uri, parseIndex(served.bytes, served.mediaType))
  }
  const manifest = parseManifest(served.bytes, served.mediaType)
  const config = await readConfig(repository, manifest, options)
  const described = { uri, manifest, config }
  checkDescribed(image, described)
  return described
}

/**
 * Sizes of an image that was there already, from what its builder wrote into its labels; one that
 * Docker built has none.
 */
export async function partsOf(
  repository: Repository,
  served: ServedManifest,
  options: Options,
): Promise<readonly PartReport[]> {
  if (kindOf(served.mediaType) === 'index') return []
  const manifest = parseManifest(served.bytes, served.mediaType)
  const config = await readConfig(repository, manifest, options)
  const parts = layerParts(config.config?.Labels, manifest.layers)
  const partOf = (part: PartReport['part'], layers: readonly Descriptor[]): PartReport[] => {
    return layers.length === 0 ? [] : [{ part, size: totalSize(layers), sent: 0 }]
  }
  if (parts === undefined) return partOf('layers', manifest.layers)
  return (['base', 'dependencies', 'app'] as const).flatMap((part) => partOf(part, parts[part]))
}

/** What a digest holds never changes, so its size is asked for once. */
async function rememberedSize(
  { digest }: ServedManifest,
  { layers }: Manifest,
  { cacheDirectory }: Options,
  ask: () => Promise<number>,
): Promise<number> {
  const file = join(cacheDirectory, 'files', `${hexOf(digest)}.json`)
  const record = await readRecord(file)
  const known = isRecord(record) ? record['uncompressedSize'] : undefined
  if (isPossibleSize(known, layers)) return known
  const uncompressedSize = await ask()
  await writeRecord(cacheDirectory, file, { uncompressedSize })
  return uncompressedSize
}

/** A Dockerfile whose base we made inherits its labels, which say nothing of what came on top. */
async function sizeOf(
  { definition }: PlannedImage,
  repository: Repository,
  { layers }: Manifest,
  { config }: OciConfig,
): Promise<number> {
  const own = Number(config?.Labels?.[imageLabels.uncompressedSize])
  if (definition.kind === 'package' && own > 0) return own
  const distinct = new Map(layers.map((layer) => [layer.digest, layer]))
  const sizes = await Promise.all(
    [...distinct.values()].map((layer) => leastUncompressedSize(layer, repository)),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
