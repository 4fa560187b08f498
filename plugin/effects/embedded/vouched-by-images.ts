import { imageLabels, layerParts } from '../../core/image/image-labels.ts'
import type { Digest } from '../../oci/digest.ts'
import { kindOf, parseManifest } from '../../oci/manifest.ts'
import type { Repository } from '../../ports/repository.ts'
import { readConfig, readKnownManifest } from '../cache/read-by-digest.ts'
import type { Vouches } from './prove-dependencies.ts'

/**
 * What the images that a stack runs already say of their packages. The deployed template names them
 * by digest and only who may deploy the stack can write it, so that a tag counts for nothing here.
 */
export function vouchedByImages(options: {
  readonly digests: () => Promise<Iterable<Digest>>
  readonly repository: () => Promise<Repository>
  readonly cacheDirectory: string
}): Vouches {
  return async ({ fingerprint, layer }) => {
    const repository = await options.repository()
    for (const digest of await options.digests()) {
      const served = await readKnownManifest(repository, digest, options)
      if (served === undefined || kindOf(served.mediaType) !== 'manifest') continue
      const manifest = parseManifest(served.bytes, served.mediaType)
      const config = await readConfig(repository, manifest, options)
      const parts = layerParts(config.config?.Labels, manifest.layers)
      const at = parts?.base.length ?? 0
      if (
        config.config?.Labels?.[imageLabels.dependencies] === fingerprint &&
        parts?.dependencies[0]?.digest === layer.digest &&
        config.rootfs.diff_ids[at] === layer.diffId
      )
        return true
    }
    return false
  }
}
