import { contentProof } from '../../core/image/proof-name.ts'
import { imageLabels } from '../../core/image/image-labels.ts'
import { entryPointOf } from '../../core/image/verify.ts'
import { ContainerImageError } from '../../errors.ts'
import type { PublishedImage, VerifiedImage } from '../../ports/image-stages.ts'
import type { Repository } from '../../ports/repository.ts'
import { hasAllBlobs } from '../layer/has-all-blobs.ts'
import type { DeployedProofs } from './deployed-proofs.ts'
import { openProofs } from './remembered-proofs.ts'
import { describeImage } from './served-image.ts'

/**
 * An image that the stack runs as it is, and whose content the deploy that put it there has proven
 * for these very functions, is not read again on a machine that knows nothing of it: manifest and
 * config are, and the registry has to have all layers.
 * @returns nothing where any of that is not certain: then it is read
 */
export function createFindProven(options: {
  readonly repository: () => Promise<Repository>
  readonly deployed: DeployedProofs
  readonly cacheDirectory: string
  /** Of this plugin. */
  readonly release: string
}) {
  const { deployed, cacheDirectory, release } = options
  const remembered = openProofs(cacheDirectory)
  return async (published: PublishedImage): Promise<VerifiedImage | undefined> => {
    const { image, bundle, pushed, tag } = published
    if (pushed?.report.outcome !== 'found') return undefined
    const { served } = pushed
    const { digest } = served
    // What this machine has read costs less to look up than to ask for.
    if (await remembered.has(digest, tag)) return undefined
    const proof = contentProof(release, { image, tag, digest })
    const claims = image.functions.map((lambda) => deployed({ lambda, image, digest, proof }))
    if ((await Promise.all(claims)).includes(false)) return undefined
    try {
      const repository = await options.repository()
      const described = await describeImage(image, repository, served, { cacheDirectory })
      const { config, layers } = described.manifest
      const says = described.config.config?.Labels?.[imageLabels.bundle]
      if (image.definition.kind === 'package' && says !== bundle.digest) return undefined
      const blobs = new Set([config, ...layers].map((blob) => blob.digest))
      if (!(await hasAllBlobs(repository, blobs))) return undefined
      return withContentProof({ ...published, entryPoint: entryPointOf(image, described) }, release)
    } catch (error) {
      // Whoever reads it says it better, but for what is not there to be read.
      const isUnsaid = error instanceof ContainerImageError && error.code !== 'REGISTRY_BLOB_LOST'
      if (isUnsaid) return undefined
      throw error
    }
  }
}

/** An image whose content was proven, so that the template tells other machines. */
export function withContentProof(verified: VerifiedImage, release: string): VerifiedImage {
  const { image, tag, pushed } = verified
  if (pushed === undefined) return verified
  const proof = contentProof(release, { image, tag, digest: pushed.served.digest })
  return {
    ...verified,
    proven: new Map(image.functions.map(({ logicalId }) => [logicalId, [proof]])),
  }
}
