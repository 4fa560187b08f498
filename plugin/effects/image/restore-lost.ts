import { ContainerImageError, isCaused } from '../../errors.ts'
import { parseManifest } from '../../oci/manifest.ts'
import type { PublishedImage, TaggedImage } from '../../ports/image-stages.ts'
import { hasAllBlobs } from '../layer/has-all-blobs.ts'
import { createFindOrBuild, type FindOrBuildOptions } from './find-or-build.ts'

type RestoreOptions = Omit<FindOrBuildOptions, 'listed' | 'archived' | 'presence'> & {
  /** Takes a tag out of the repository. */
  readonly removeTag: (tag: string) => Promise<void>
}

/**
 * An image of which the registry has lost a part is made again, and all that is not there is sent.
 * Its tag stays meanwhile: the same bytes are whole under it again, and a build or an upload that
 * fails leaves everything as it was. Only where other bytes came out, as Docker's do, the tag goes,
 * as it cannot be moved; their layers are in the repository by then.
 * @throws ContainerImageError of the build, or with what kept the tag from being removed
 */
export function createRestore(
  options: RestoreOptions,
): (lost: TaggedImage) => Promise<PublishedImage> {
  const build = createFindOrBuild({ ...options, presence: 'asked' })
  return async ({ image, bundle, identity, tag }) => {
    const tagged = { image, bundle, identity, tag }
    const first = await build(tagged)
    const restored = (await isWhole(first, options)) ? unchanged(first) : await replace(tagged)
    const note = 'the registry had lost a part of it, so it was made and sent again'
    return { ...restored, notes: [...restored.notes, note] }
  }

  async function replace(tagged: TaggedImage): Promise<PublishedImage> {
    await options.removeTag(tagged.tag).catch(async (cause: unknown) => {
      if (!(cause instanceof ContainerImageError)) throw cause
      const { uri } = await options.repository()
      const advice = cause.code === 'AWS_DENIED' ? ' Or deploy once with a role that may.' : ''
      throw new ContainerImageError(
        cause.code,
        `The registry has lost a part of ${uri}:${tagged.tag}. The image was built again, and cannot have its tag before the broken one loses it. ${cause.message}${advice} All tags are as they were.`,
        { cause },
      )
    })
    return await build(tagged)
  }
}

/** What kept its tag is the image that was there, and nobody else's. */
function unchanged(published: PublishedImage): PublishedImage {
  const { pushed } = published
  if (pushed?.report.outcome !== 'adopted') return published
  const report = { ...pushed.report, outcome: 'found' as const }
  return { ...published, pushed: { ...pushed, report } }
}

/** What was built just now is; what has kept the tag may still lack the part. */
async function isWhole(
  { pushed }: PublishedImage,
  { repository }: RestoreOptions,
): Promise<boolean> {
  if (pushed?.report.outcome !== 'adopted') return true
  const { config, layers } = parseManifest(pushed.served.bytes, pushed.served.mediaType)
  const blobs = new Set([config, ...layers].map(({ digest }) => digest))
  return await hasAllBlobs(await repository(), blobs)
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
