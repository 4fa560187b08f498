import { digestOf, type Digest } from '../../../plugin/oci/digest.ts'
import type { RepositoryState } from './world.ts'

/** A folder of packages, for one architecture. */
export interface PackagesOf {
  readonly image: string
  readonly architecture: 'arm64' | 'x86_64'
  /** Of their lockfile: each bumps one package, or the many small ones. */
  readonly version: number
}

/** How many layers the packages of an image have: what is large, and the rest. */
const layerCounts: Readonly<Record<string, number>> = { lancedb: 3, pictures: 8 }

/**
 * Layers of packages, the lowest first. A package is the same for whichever image has it, and every
 * other one is the same for each architecture; what is small is the image's own.
 */
export function packageLayers({ image, architecture, version }: PackagesOf): readonly string[] {
  const own = Array.from({ length: (layerCounts[image] ?? 1) - 1 }, (_, index) => {
    const bumped = version > index ? 1 : 0
    return `package ${index} ${bumped} ${index % 2 === 0 ? architecture : 'any'}`
  })
  return [...own, `rest of ${image} ${version % 2}`]
}

const digests = new Map<string, Digest>()
const layers = new Map<Digest, readonly string[]>()

/** Ten thousand histories push the same few contents, and a manifest's digest decides its layers. */
export function manifestOf(name: string, listed: readonly string[]): Digest {
  const text = [name, ...listed].join('\n')
  const digest = digests.get(text) ?? digestOf(text)
  digests.set(text, digest)
  layers.set(digest, listed)
  return digest
}

export function layersOf(digest: Digest): readonly string[] {
  const listed = layers.get(digest)
  if (listed === undefined) throw new Error(`${digest} was never made`)
  return listed
}

/** At worst, a registry has a layer for as long as a manifest names it that can be pulled. */
export function hasLayer({ images }: RepositoryState, layer: string): boolean {
  return images.some(
    ({ digest, status }) => status === undefined && layersOf(digest).includes(layer),
  )
}
