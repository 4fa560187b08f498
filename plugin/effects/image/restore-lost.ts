import { isCaused } from '../../errors.ts'
import type { PublishedImage, TaggedImage } from '../../ports/image-stages.ts'
import { createFindOrBuild, type FindOrBuildOptions } from './find-or-build.ts'

/**
 * An image of which the registry has lost a part is made again, and all that is not there is sent.
 * Its tag goes before: it cannot be moved, and not every builder makes the same bytes twice.
 */
export function createRestore(
  options: Omit<FindOrBuildOptions, 'listed' | 'archived'> & {
    /** Takes a tag out of the repository. */
    readonly removeTag: (tag: string) => Promise<void>
  },
): (lost: TaggedImage) => Promise<PublishedImage> {
  const build = createFindOrBuild({ ...options, presence: 'asked' })
  return async ({ image, bundle, identity, tag }) => {
    await options.removeTag(tag)
    const published = await build({ image, bundle, identity, tag })
    const note = 'the registry had lost a part of it, so it was made and sent again'
    return { ...published, notes: [...published.notes, note] }
  }
}

/**
 * A step of an image that is done once more where the registry turns out to have lost a part of it.
 * @param again restores the image and brings it to where the step begins
 */
export function restoringLost<Stage extends TaggedImage, Result>(
  step: (image: Stage) => Promise<Result>,
  again: (image: Stage) => Promise<Stage>,
): (image: Stage) => Promise<Result> {
  return async (image) => {
    try {
      return await step(image)
    } catch (error) {
      if (!isCaused(error, 'REGISTRY_BLOB_LOST')) throw error
      return await step(await again(image))
    }
  }
}
