import { join } from 'node:path'

import type { OciConfig } from '../../oci/config.ts'
import type { Descriptor } from '../../oci/descriptor.ts'
import { type Digest, digestOf, hexOf } from '../../oci/digest.ts'
import type { Manifest } from '../../oci/manifest.ts'
import type { BaseImage } from '../../ports/base-image.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Repository } from '../../ports/repository.ts'
import { readRecord, writeRecord } from '../cache/layer-cache.ts'
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
 * Copies a base's layers into the repository, once: streamed from registry to registry, nothing is
 * kept here but the fact.
 * @param trust whether an earlier copy is believed to be there still
 */
export async function provideBase(options: {
  readonly image: string
  readonly base: BaseImage
  readonly repository: Repository
  readonly cacheDirectory: string
  readonly progress: Progress
  readonly known: ReadonlySet<Digest>
  readonly trust: boolean
}): Promise<ProvidedBase> {
  const { base, repository, cacheDirectory, known, trust } = options
  const [manifest, config] = await Promise.all([base.manifest(), base.config()])
  const name = `${hexOf(digestOf(repository.uri))}-${hexOf(base.digest)}.json`
  const file = join(cacheDirectory, 'bases', name)
  const remembered = parseSize(await readRecord(file))
  const layers = manifest.layers
  const isKnown = ({ digest }: Descriptor) =>
    trust &&
    (remembered !== undefined || known.has(digest) || base.repository.uri === repository.uri)
  const parts = await Promise.all(
    layers.map(async (layer) => {
      const sent = isKnown(layer) ? 0 : await copy(layer, options)
      const uncompressed =
        remembered === undefined ? await leastUncompressedSize(layer, repository) : 0
      return { sent, uncompressed }
    }),
  )
  const size = remembered ?? parts.reduce((sum, { uncompressed }) => sum + uncompressed, 0)
  if (remembered === undefined) {
    await writeRecord(cacheDirectory, file, { uncompressedSize: size })
  }
  return {
    manifest,
    config,
    sent: parts.reduce((sum, { sent }) => sum + sent, 0),
    uncompressedSize: size,
    trusted: layers.filter(isKnown).map(({ digest }) => digest),
  }
}

function copy(layer: Descriptor, options: Parameters<typeof provideBase>[0]): Promise<number> {
  const { base, repository, image, progress } = options
  const blob = { descriptor: layer, open: () => base.repository.openBlob(layer) }
  return upload(repository, blob, { progress, image, part: 'base' })
}

function parseSize(record: unknown): number | undefined {
  if (typeof record !== 'object' || record === null || !('uncompressedSize' in record)) {
    return undefined
  }
  return typeof record.uncompressedSize === 'number' ? record.uncompressedSize : undefined
}
