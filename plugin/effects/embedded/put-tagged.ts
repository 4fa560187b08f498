import { archivedTag } from '../../core/retention/archived-images.ts'
import { isCaused } from '../../errors.ts'
import type { Descriptor } from '../../oci/descriptor.ts'
import type { Digest } from '../../oci/digest.ts'
import type { Repository } from '../../ports/repository.ts'

/**
 * Puts a manifest under its tag. A tag that is taken and serves nothing is an archived image's: ECR
 * brings an image back when the same is pushed again, and it keeps its tags.
 * @throws ContainerImageError TAG_TAKEN, IMAGE_ARCHIVED when the archived image is another one
 */
export async function putTagged(
  repository: Repository,
  { bytes, descriptor }: { readonly bytes: Uint8Array; readonly descriptor: Descriptor },
  tag: string,
): Promise<Digest> {
  try {
    return await repository.putManifest(bytes, descriptor.mediaType, tag)
  } catch (error) {
    if (!isCaused(error, 'TAG_TAKEN')) throw error
    if ((await repository.getManifest(tag)) !== undefined) throw error
    const digest = await repository.putManifest(bytes, descriptor.mediaType)
    const served = await repository.getManifest(tag)
    if (served?.digest === digest) return digest
    throw served === undefined ? archivedTag(repository.uri, tag) : error
  }
}
