import { join } from 'node:path'

import { type PackageLayer, parseLayerFacts } from '../../core/dependencies/dependency-record.ts'
import { groupPackages, type PackageGroup } from '../../core/dependencies/group-packages.ts'
import type { InstalledPackage } from '../../core/natives/installed-tree.ts'
import type { LockedPackage } from '../../core/natives/locked-packages.ts'
import { ContainerImageError } from '../../errors.ts'
import { type Digest, hexOf } from '../../oci/digest.ts'
import type { LayerFacts } from '../../oci/layer.ts'
import { mediaTypes } from '../../oci/media-types.ts'
import type { Layer } from '../../ports/layer.ts'
import { findLayer, readRecord, writeRecord } from '../cache/layer-cache.ts'
import { type LayerEntry, sizeOf } from '../layer/layer-entry.ts'
import { writeLayer } from '../layer/layer-writer.ts'
import { groupKey } from './group-key.ts'
import { factsOf } from './lambda-layers.ts'

/** A layer that the images of a stack have already under the digest over what decides its bytes. */
export type KnownLayer = (key: Digest) => Promise<LayerFacts | undefined>

/** A layer of packages, what is known of it and where its bytes are. */
export interface MadeLayer {
  readonly facts: PackageLayer
  readonly layer: Layer
}

/**
 * The layers of an image's packages. One that this machine has made before is taken from the cache
 * by what decides its bytes, one that the stack's images have is not made at all.
 */
export async function packageLayers(
  {
    entries,
    packages,
  }: {
    readonly entries: readonly LayerEntry[]
    readonly packages: readonly InstalledPackage[]
  },
  options: {
    readonly locked: readonly LockedPackage[]
    readonly cacheDirectory: string
    readonly knownLayer?: KnownLayer
    /** Told from time to time how many bytes of the layers are done. */
    readonly onBytes: (bytes: number) => void
  },
): Promise<readonly MadeLayer[]> {
  const byPath = new Map(packages.map((one) => [one.path, one]))
  const made: MadeLayer[] = []
  let done = 0
  for (const group of groupPackages(entries, sizeOf)) {
    const key = await groupKey(group.entries, options.locked)
    const layer = await provideLayer(group, key, {
      ...options,
      onBytes: (bytes) => options.onBytes(done + bytes),
    })
    done += group.entries.reduce((sum, entry) => sum + sizeOf(entry), 0)
    const listed = [...group.packages].flatMap(([path, bytes]) => {
      const one = byPath.get(path)
      return one === undefined ? [] : [{ name: one.name, version: one.version, bytes }]
    })
    made.push({ facts: { key, ...factsOf(layer), packages: listed }, layer })
  }
  return made
}

async function provideLayer(
  { entries }: PackageGroup<LayerEntry>,
  key: Digest,
  {
    cacheDirectory,
    knownLayer,
    onBytes,
  }: Pick<Parameters<typeof packageLayers>[1], 'cacheDirectory' | 'knownLayer' | 'onBytes'>,
): Promise<Layer> {
  const file = join(cacheDirectory, 'package-layers', `${hexOf(key)}.json`)
  const facts = parseLayerFacts(await readRecord(file))
  const cached = facts && (await findLayer(cacheDirectory, facts))
  if (cached !== undefined) return cached
  const known = await knownLayer?.(key)
  if (known !== undefined) return elsewhere(known)
  const layer = await writeLayer(entries, { cacheDirectory, onBytes })
  await writeRecord(cacheDirectory, file, factsOf(layer))
  return layer
}

/** A layer whose bytes only the repository has. Should they be gone, they are made again. */
function elsewhere({ diffId, digest, size, uncompressedSize }: LayerFacts): Layer {
  return {
    descriptor: { mediaType: mediaTypes.oci.layer, digest, size },
    diffId,
    uncompressedSize,
    open() {
      throw new ContainerImageError(
        'LAYER_DAMAGED',
        `The layer ${digest} of the stack's image is not in the repository any longer. Deploy again to make it anew.`,
      )
    },
  }
}
