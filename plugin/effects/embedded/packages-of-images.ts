import type { DependencyRecord } from '../../core/dependencies/dependency-record.ts'
import { imagePackages, type ImagePackages } from '../../core/image/image-packages.ts'
import { isSame } from '../../core/basics/is-same.ts'
import { once } from '../../core/basics/once.ts'
import type { Digest } from '../../oci/digest.ts'
import type { LayerFacts } from '../../oci/layer.ts'
import { kindOf, parseManifest } from '../../oci/manifest.ts'
import type { Repository } from '../../ports/repository.ts'
import { readConfig, readKnownManifest } from '../cache/read-by-digest.ts'
import { unlessLost } from '../../core/basics/unless-lost.ts'
import type { KnownLayer } from './package-layers.ts'
import type { Vouches } from './vouches.ts'

interface Images {
  readonly digests: () => Promise<Iterable<Digest>>
  readonly repository: () => Promise<Repository>
  readonly cacheDirectory: string
}

/**
 * What the images that a stack runs already say of their packages. The deployed template names them
 * by digest and only who may deploy the stack can write it, so that a tag counts for nothing here.
 */
export function packagesOfImages(images: Images): {
  readonly vouches: Vouches
  readonly knownLayer: KnownLayer
} {
  const all = once(() => readPackages(images))
  return {
    async vouches({ fingerprint, layers }) {
      const claimed = layers.map(factsOf)
      return (await all()).some(
        (known) => known.fingerprint === fingerprint && isSame(known.layers.map(factsOf), claimed),
      )
    },
    async knownLayer(key) {
      const layers = (await all()).flatMap((known) => known.layers)
      return layers.find((layer) => layer.key === key)
    },
  }
}

async function readPackages(images: Images): Promise<readonly ImagePackages[]> {
  const repository = await images.repository()
  const found: ImagePackages[] = []
  for (const digest of await images.digests()) {
    const served = await readKnownManifest(repository, digest, images)
    if (served === undefined || kindOf(served.mediaType) !== 'manifest') continue
    const manifest = parseManifest(served.bytes, served.mediaType)
    // What has lost its config says nothing any more.
    const config = await readConfig(repository, manifest, images).catch(unlessLost)
    const packages = config && imagePackages(manifest, config)
    if (packages !== undefined) found.push(packages)
  }
  return found
}

function factsOf({
  key,
  diffId,
  digest,
  size,
  uncompressedSize,
}: Omit<DependencyRecord['layers'][number], 'packages'>): LayerFacts & {
  readonly key: Digest | undefined
} {
  return { key, diffId, digest, size, uncompressedSize }
}
