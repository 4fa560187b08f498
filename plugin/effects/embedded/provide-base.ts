import { recordOf } from '../../core/basics/is-record.ts'
import { join } from 'node:path'

import { isCaused } from '../../errors.ts'
import type { OciConfig } from '../../oci/config.ts'
import type { Descriptor } from '../../oci/descriptor.ts'
import { type Digest, digestOf, hexOf } from '../../oci/digest.ts'
import { isPossibleSize } from '../../oci/layer.ts'
import type { Manifest } from '../../oci/manifest.ts'
import type { BaseImage } from '../../ports/base-image.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Repository } from '../../ports/repository.ts'
import { keepLayer } from '../cache/keep-layer.ts'
import { findLayer, readRecord, writeRecord } from '../cache/layer-cache.ts'
import { leastUncompressedSize } from '../layer/uncompressed-size.ts'
import { upload } from './uploads.ts'

/** A base whose layers the repository has. */
export interface ProvidedBase {
  readonly manifest: Manifest
  readonly config: OciConfig
  readonly sent: number
  /** At least; see `leastUncompressedSize`. */
  readonly uncompressedSize: number
  /** Layers whose presence was remembered and not asked for. */
  readonly trusted: readonly Digest[]
}

/**
 * Copies a base's layers into the repository, once: from the cache, else streamed from registry to
 * registry. The bytes that pass are kept in the cache, where what looks into the image, starts it, or
 * copies the base into another repository finds them.
 * @param trust whether an earlier copy is believed to be there still
 */
export async function provideBase(options: {
  readonly image: string
  readonly base: BaseImage
  readonly repository: Repository
  readonly cacheDirectory: string
  readonly progress: Progress
  readonly trust: boolean
}): Promise<ProvidedBase> {
  const { base, repository, cacheDirectory, trust } = options
  const [manifest, config] = await Promise.all([base.manifest(), base.config()])
  const { layers } = manifest
  const remembered = parseSize(await readRecord(recordFile(options)), layers)
  const isTrusted = trust && (remembered !== undefined || base.repository.uri === repository.uri)
  const sent = await Promise.all(
    layers.map(async (layer, index) =>
      isTrusted ? 0 : await copy(layer, config.rootfs.diff_ids[index], options),
    ),
  )
  const uncompressedSize = await measureBase({ base, repository, cacheDirectory, layers })
  return {
    manifest,
    config,
    sent: sent.reduce((sum, bytes) => sum + bytes, 0),
    uncompressedSize,
    trusted: isTrusted ? layers.map(({ digest }) => digest) : [],
  }
}

/** What a base that the repository has unpacks to, at least; asked for once. */
export async function measureBase(options: {
  readonly base: BaseImage
  readonly repository: Repository
  readonly cacheDirectory: string
  readonly layers: readonly Descriptor[]
}): Promise<number> {
  const { repository, cacheDirectory, layers } = options
  const file = recordFile(options)
  const remembered = parseSize(await readRecord(file), layers)
  if (remembered !== undefined) return remembered
  const sizes = await Promise.all(layers.map((layer) => leastUncompressedSize(layer, repository)))
  const uncompressedSize = sizes.reduce((sum, size) => sum + size, 0)
  await writeRecord(cacheDirectory, file, { uncompressedSize })
  return uncompressedSize
}

/** That a repository has a base, and how large it is. */
function recordFile({
  base,
  repository,
  cacheDirectory,
}: {
  readonly base: BaseImage
  readonly repository: Repository
  readonly cacheDirectory: string
}): string {
  const name = `${hexOf(digestOf(repository.uri))}-${hexOf(base.digest)}.json`
  return join(cacheDirectory, 'bases', name)
}

async function copy(
  layer: Descriptor,
  diffId: Digest | undefined,
  options: Parameters<typeof provideBase>[0],
): Promise<number> {
  const { repository, image, progress } = options
  const blob = { descriptor: layer, open: () => openLayer(layer, diffId, options) }
  const send = () => upload(repository, blob, { progress, image, part: 'base' })
  // What was damaged in the cache is gone from it by then.
  return await send().catch((error: unknown) => {
    if (!isCaused(error, 'LAYER_DAMAGED')) throw error
    return send()
  })
}

/** From the cache, where another image or repository has had the base before. */
async function* openLayer(
  layer: Descriptor,
  diffId: Digest | undefined,
  { base, cacheDirectory }: Parameters<typeof provideBase>[0],
): AsyncGenerator<Uint8Array, void> {
  const facts = diffId && { digest: layer.digest, size: layer.size, diffId, uncompressedSize: 0 }
  const kept = facts && (await findLayer(cacheDirectory, facts))
  if (kept !== undefined) {
    yield* kept.open()
    return
  }
  const bytes = base.repository.openBlob(layer)
  yield* facts === undefined ? bytes : keepLayer(bytes, facts, cacheDirectory)
}

function parseSize(record: unknown, layers: readonly Descriptor[]): number | undefined {
  const { uncompressedSize } = recordOf(record)
  return isPossibleSize(uncompressedSize, layers) ? uncompressedSize : undefined
}
