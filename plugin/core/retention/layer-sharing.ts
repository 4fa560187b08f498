import type { Digest } from '../../oci/digest.ts'
import { dependenciesPrefix } from '../image/tag.ts'
import type { StoredImage } from './stored-image.ts'

/** A layer as a manifest names it; `size` in compressed bytes. */
export interface StoredLayer {
  readonly digest: Digest
  readonly size: number
}

export type LayersOf = ReadonlyMap<Digest, readonly StoredLayer[]>

/** Compressed bytes of a repository, where images share layers: each is stored once. */
export function storedSize(images: readonly StoredImage[], layers: LayersOf): number {
  const unique = new Map<Digest, number>()
  let rest = 0
  for (const { digest, size } of images) {
    const own = layers.get(digest) ?? []
    for (const layer of own) unique.set(layer.digest, layer.size)
    // Manifest and config; of an image whose layers are not known, all of it.
    rest += Math.max(0, size - own.reduce((sum, layer) => sum + layer.size, 0))
  }
  return rest + [...unique.values()].reduce((sum, size) => sum + size, 0)
}

/** The images that have all the layers of packages which a `deps-` tag keeps for fresh machines. */
export function servedBy(
  image: StoredImage,
  images: readonly StoredImage[],
  layers: LayersOf,
): readonly StoredImage[] {
  if (!isDependencyImage(image)) return []
  const own = layers.get(image.digest)?.map(({ digest }) => digest) ?? []
  return images.filter((other) => {
    const theirs = new Set(layers.get(other.digest)?.map(({ digest }) => digest))
    return !isDependencyImage(other) && own.length > 0 && own.every((digest) => theirs.has(digest))
  })
}

function isDependencyImage({ tags }: StoredImage): boolean {
  return tags.some((tag) => tag.startsWith(dependenciesPrefix))
}
