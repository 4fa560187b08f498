import { join } from 'node:path'

import { isRecord, textsOf } from '../../core/basics/is-record.ts'
import { isSame } from '../../core/basics/is-same.ts'
import type { PlannedImage } from '../../core/model.ts'
import type { PartReport } from '../../core/report/image-report.ts'
import { imageLabels, layerParts } from '../../core/image/image-labels.ts'
import { handlerFiles, type ServedImage } from '../../core/image/verify.ts'
import { createFileSearch } from '../../core/image/file-search.ts'
import { type OciConfig, parseOciConfig } from '../../oci/config.ts'
import type { Descriptor } from '../../oci/descriptor.ts'
import { type Digest, hexOf } from '../../oci/digest.ts'
import {
  kindOf,
  type Manifest,
  mediaTypeOf,
  parseIndex,
  parseManifest,
} from '../../oci/manifest.ts'
import { formatPinned } from '../../oci/reference.ts'
import type { Repository, ServedManifest } from '../../ports/repository.ts'
import { openDigestCache } from '../cache/digest-cache.ts'
import { readRecord, writeRecord } from '../cache/layer-cache.ts'
import { tarNames } from '../layer/tar-names.ts'
import { leastUncompressedSize } from '../layer/uncompressed-size.ts'

interface Options {
  readonly cacheDirectory: string
}

/** What the registry serves under a digest, as far as `verifyImage` needs it. */
export async function readServedImage(
  image: PlannedImage,
  repository: Repository,
  served: ServedManifest,
  options: Options,
): Promise<ServedImage> {
  const uri = formatPinned(repository.uri, served.digest)
  if (kindOf(served.mediaType) === 'index') {
    const manifest = parseIndex(served.bytes, served.mediaType)
    return { uri, manifest, config: nothing, files: [] }
  }
  const manifest = parseManifest(served.bytes, served.mediaType)
  const config = await readConfig(repository, manifest, options)
  const known = await openFacts(served, options)
  const [files, uncompressedSize] = await Promise.all([
    findFiles(image, repository, manifest, known.files),
    known.uncompressedSize ?? sizeOf(image, repository, manifest, config),
  ])
  await known.write({ files, uncompressedSize })
  return { uri, manifest, config, files, uncompressedSize }
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
    const size = layers.reduce((sum, layer) => sum + layer.size, 0)
    return layers.length === 0 ? [] : [{ part, size, sent: 0 }]
  }
  if (parts === undefined) return partOf('layers', manifest.layers)
  return (['base', 'dependencies', 'app'] as const).flatMap((part) => partOf(part, parts[part]))
}

/** An index has no config; it is refused before anybody looks. */
const nothing: OciConfig = {
  architecture: '',
  os: '',
  rootfs: { type: 'layers', diff_ids: [] },
}

/** A manifest by its digest, which the cache may have. */
export async function readKnownManifest(
  repository: Repository,
  digest: Digest,
  { cacheDirectory }: Options,
): Promise<ServedManifest | undefined> {
  const cache = openDigestCache(cacheDirectory)
  const bytes = await cache.read(digest)
  if (bytes !== undefined) return { digest, bytes, mediaType: mediaTypeOf(bytes) }
  const served = await repository.getManifest(digest)
  if (served !== undefined) await cache.write(digest, served.bytes)
  return served
}

export async function readConfig(
  repository: Repository,
  manifest: Manifest,
  { cacheDirectory }: Options,
): Promise<OciConfig> {
  const cache = openDigestCache(cacheDirectory)
  const { digest } = manifest.config
  const kept = await cache.read(digest)
  const bytes = kept ?? (await repository.getBlob(manifest.config))
  if (kept === undefined) await cache.write(digest, bytes)
  return parseOciConfig(bytes)
}

/** What a digest holds never changes, so what was seen of it is remembered. */
async function openFacts({ digest }: ServedManifest, { cacheDirectory }: Options) {
  const file = join(cacheDirectory, 'files', `${hexOf(digest)}.json`)
  const record = await readRecord(file)
  const facts = isRecord(record) ? record : {}
  const size = facts['uncompressedSize']
  const files = textsOf(facts['files'])
  const uncompressedSize = typeof size === 'number' ? size : undefined
  return {
    files,
    uncompressedSize,
    write: async (seen: { files: readonly string[]; uncompressedSize: number }) => {
      if (isSame(seen, { files, uncompressedSize })) return
      await writeRecord(cacheDirectory, file, seen)
    },
  }
}

/** Looks from the top layer down and stops at the last hit; nothing is unpacked. */
async function findFiles(
  image: PlannedImage,
  repository: Repository,
  manifest: Manifest,
  before: readonly string[],
): Promise<readonly string[]> {
  const known = new Set(before)
  const missing = image.functions
    .map((one) => handlerFiles(image, one))
    .filter((choice) => !choice.some((path) => known.has(path)))
  if (missing.length === 0) return before
  const search = createFileSearch(missing)
  for (const layer of manifest.layers.toReversed()) {
    for await (const { path, kind } of tarNames(repository.openBlob(layer))) {
      search.see(path, kind)
      if (search.isOver()) break
    }
    if (search.isOver()) break
    search.goDown()
  }
  return [...before, ...search.found()]
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
