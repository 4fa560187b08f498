import { imageNameOf } from '../../core/image/tag.ts'
import { tagsBeforeUse, type Use } from '../../core/retention/live-tags.ts'
import { previousOf, type StackImages } from '../../core/retention/stack-images.ts'
import { pullable, type StoredImage } from '../../core/retention/stored-image.ts'
import { isCaused } from '../../errors.ts'
import type { Digest } from '../../oci/digest.ts'
import type { HeldImage, VerifiedImage } from '../../ports/image-stages.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Repository } from '../../ports/repository.ts'
import { putTagIfThere } from './put-live-tag.ts'

export interface HoldOptions {
  readonly stackName: string
  readonly repository: () => Promise<Repository>
  /** What the stack runs and would roll back to, by its deployed template. */
  readonly live: () => Promise<StackImages>
  /** The repository's images as they were when the deploy began. */
  readonly images: () => Promise<readonly StoredImage[]>
  readonly progress: Progress
  readonly now: () => number
}

/**
 * Tags an image, and those that its functions would roll back to, before the stack may use them.
 * Gives `undefined` for an image that is no longer in the repository.
 */
export function createHold(options: HoldOptions) {
  return async (image: VerifiedImage): Promise<HeldImage | undefined> => {
    if (image.pushed === undefined) throw new TypeError('Only what was pushed can be held')
    const { stackName, progress, now } = options
    const { name } = image.image
    const { served } = image.pushed
    const [repository, live, listed] = await Promise.all([
      options.repository(),
      options.live(),
      options.images(),
    ])
    const stored = pullable(listed)
    progress({ image: name, step: 'hold', state: 'start' })
    const previous = previousImages(image, served.digest, live, stored)
    const uses = [{ image: name, digest: served.digest }, ...usesOf(previous, stored, name)]
    const lost = new Set<Digest>()
    for (const { digest, tag } of tagsBeforeUse(stackName, uses, stored, now())) {
      const own = digest === served.digest
      const manifest = own ? served : await repository.getManifest(digest)
      const tagged =
        manifest !== undefined &&
        (await putTagIfThere(repository, manifest, tag, listed).catch((error: unknown) => {
          // Of one that lacks a part nothing can be started, so that nobody can go back to it.
          if (own || !isCaused(error, 'REGISTRY_BLOB_LOST')) throw error
          return false
        }))
      if (!tagged) lost.add(digest)
      if (lost.has(served.digest)) return undefined
    }
    progress({ image: name, step: 'hold', state: 'done' })
    const kept = [...previous].filter(([, digest]) => !lost.has(digest))
    return { ...image, previous: new Map(kept) }
  }
}

/** By function; an image that has expired or is archived is nothing to roll back to. */
function previousImages(
  { image }: VerifiedImage,
  next: Digest,
  live: StackImages,
  stored: readonly StoredImage[],
): ReadonlyMap<string, Digest> {
  const present = new Set(stored.map(({ digest }) => digest))
  return new Map(
    image.functions.flatMap(({ logicalId }) => {
      const previous = previousOf(live.functions.get(logicalId), next)
      return previous !== undefined && present.has(previous) ? [[logicalId, previous]] : []
    }),
  )
}

function usesOf(
  previous: ReadonlyMap<string, Digest>,
  stored: readonly StoredImage[],
  name: string,
): readonly Use[] {
  return [...new Set(previous.values())].map((digest) => {
    const tags = stored.find((image) => image.digest === digest)?.tags ?? []
    return { digest, image: imageNameOf(tags) ?? name }
  })
}
