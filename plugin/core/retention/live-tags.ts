import type { Digest } from '../../oci/digest.ts'
import { isFresh, isSyncing, isSyncTag, liveTag, parseLiveTag, tagsOf } from '../image/live-tag.ts'
import { imageNameOf } from '../image/tag.ts'
import type { StackImages } from './stack-images.ts'
import type { StoredImage, TagOfImage } from './stored-image.ts'

/** An image that a stack is about to use. */
export interface Use {
  readonly image: string
  readonly digest: Digest
}

/**
 * Tags to add before the stack may use these images; added today already means nothing to do.
 * An image that is no longer in the repository is still named: adding fails, and it is built.
 */
export function tagsBeforeUse(
  stack: string,
  uses: readonly Use[],
  images: readonly StoredImage[],
  now: number,
): readonly TagOfImage[] {
  const present = new Map(images.map(({ digest, tags }) => [digest, tags]))
  const wanted = new Map(
    uses.map(({ image, digest }) => [liveTag(stack, image, digest, now), digest]),
  )
  return [...wanted]
    .filter(([tag, digest]) => present.get(digest)?.includes(tag) !== true)
    .map(([tag, digest]) => ({ digest, tag }))
}

/** Images that a stack holds and whose tag somebody removed get one again, while they are there. */
export function tagsToRestore(
  live: StackImages,
  images: readonly StoredImage[],
  now: number,
): readonly TagOfImage[] {
  const bare = images.filter(
    ({ digest, tags }) => live.held.has(digest) && tagsOf(live.stack, tags).length === 0,
  )
  const uses = bare.map(({ digest, tags }) => ({ digest, image: imageNameOf(tags) ?? 'image' }))
  return tagsBeforeUse(live.stack, uses, images, now)
}

/**
 * Tags of this stack that go at the start of its next deploy: those of images that it neither runs
 * nor would roll back to, and older doubles. Never a fresh one, never one of a stack that is not at
 * rest. With its last tag ECR deletes an image: one with nothing but stale tags of one stack can be
 * found by no deploy, for gc took its content tag while a deploy held it that never went on.
 */
export function tagsToPrune(
  live: StackImages,
  images: readonly StoredImage[],
  now: number,
): readonly TagOfImage[] {
  if (live.kind === 'unsettled') return []
  return images.flatMap(({ digest, tags }) => {
    // The first look at a language's order takes 10 ms.
    const [newest, ...older] = tagsOf(live.stack, tags).toSorted((one, other) =>
      dateOf(other) < dateOf(one) ? -1 : Number(dateOf(other) > dateOf(one)),
    )
    if (newest === undefined) return []
    const stale = (live.held.has(digest) ? older : [newest, ...older]).filter(
      (tag) => !(isSyncTag(tag) ? isSyncing(tag, now) : isFresh(tag, now)),
    )
    return stale.map((tag) => ({ digest, tag }))
  })
}

/** A deploy's tag goes before a sync's of whatever day: a sync takes its own away by itself. */
function dateOf(tag: string): string {
  const { day = '', time } = parseLiveTag(tag) ?? {}
  return time === undefined ? `deploy ${day}` : `a sync ${day}${time}`
}
