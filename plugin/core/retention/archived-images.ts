import { ContainerImageError } from '../../errors.ts'
import type { Digest } from '../../oci/digest.ts'
import type { StackImages } from './stack-images.ts'
import type { StoredImage } from './stored-image.ts'

/** How somebody brings an image back, with a permission that no deploy has. */
function cure(repository: string, digest: Digest): string {
  return `aws ecr update-image-storage-class --repository-name ${repository} --image-id imageDigest=${digest} --target-storage-class STANDARD`
}

function stateOf({ status }: StoredImage): string {
  return status === 'activating' ? 'still on its way back from the archive' : 'archived'
}

/** Why nothing can pull an image of a repository, and what helps; ends without a full stop. */
export function stillArchived(repository: string, image: StoredImage): string {
  const todo =
    image.status === 'archived'
      ? `Bring it back: ${cure(repository, image.digest)}`
      : 'Wait until it is back'
  return `it is ${stateOf(image)}, so Lambda cannot pull it. ${todo}`
}

/**
 * What a stack runs or would roll back to and nothing can pull now; a sentence each, for people. A
 * deploy goes on: it brings another image, or the same one back.
 */
export function archivedInUse(
  repository: string,
  live: StackImages,
  images: readonly StoredImage[],
): readonly string[] {
  const archived = images.filter(
    ({ digest, status }) => status !== undefined && live.held.has(digest),
  )
  return archived.map((image) => {
    const { digest } = image
    const runs = [...live.functions.values()].some((each) => each.runs === digest)
    const use = runs ? 'runs it, and an update that fails goes back to it' : 'would roll back to it'
    const advice = image.status === 'archived' ? `Bring it back: ${cure(repository, digest)}` : ''
    return `${repository}@${digest} is ${stateOf(image)}, so Lambda cannot pull it. ${live.stack} ${use}. ${advice}`.trimEnd()
  })
}

/** The image of a tag that nothing can pull, and that another build would not make again. */
export function archivedTag(repository: string, tag: string, image?: StoredImage) {
  const state = image === undefined ? 'archived' : stateOf(image)
  const advice =
    image?.status === 'activating' || image === undefined
      ? 'Deploy again when it is back'
      : `Bring it back and deploy again: ${cure(repository, image.digest)}`
  return new ContainerImageError(
    'IMAGE_ARCHIVED',
    `${repository}:${tag} is ${state}, so Lambda cannot pull it, and its tag cannot move to another image. ${advice}.`,
  )
}
