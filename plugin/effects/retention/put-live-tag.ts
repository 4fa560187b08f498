import type { StoredImage } from '../../core/retention/stored-image.ts'
import { ContainerImageError, isCaused } from '../../errors.ts'
import type { Repository, ServedManifest } from '../../ports/repository.ts'

/** ECR's quota of tags an image; it cannot be raised. */
const maximumTags = 1000

/**
 * Another tag on an image that is there. ECR answers 403 to one tag too many, as it does to who may
 * not push at all.
 * @throws ContainerImageError IMAGE_TAGS_FULL, and whatever the registry refuses
 */
export async function putLiveTag(
  repository: Repository,
  { digest, bytes, mediaType }: ServedManifest,
  tag: string,
  listed: readonly StoredImage[],
): Promise<void> {
  try {
    await repository.putManifest(bytes, mediaType, tag)
  } catch (error) {
    const denied = error instanceof ContainerImageError && error.code === 'REGISTRY_DENIED'
    const tags = listed.find((image) => image.digest === digest)?.tags ?? []
    if (!denied || tags.length < maximumTags) throw error
    throw new ContainerImageError(
      'IMAGE_TAGS_FULL',
      `${repository.uri}@${digest} has ${tags.length} tags, and ECR allows ${maximumTags}, so it takes no ${tag}. Remove tags of stacks that are gone: arc-images gc --yes.`,
      { cause: error },
    )
  }
}

/** False when the registry does not take the tag because the image is gone. */
export async function putTagIfThere(
  repository: Repository,
  manifest: ServedManifest,
  tag: string,
  listed: readonly StoredImage[],
): Promise<boolean> {
  try {
    await putLiveTag(repository, manifest, tag, listed)
    return true
  } catch (error) {
    const mayBeGone = isCaused(error, 'REGISTRY_FAILED') || isCaused(error, 'REGISTRY_BLOB_LOST')
    if (!mayBeGone) throw error
    if ((await repository.getManifest(manifest.digest)) === undefined) return false
    throw error
  }
}
