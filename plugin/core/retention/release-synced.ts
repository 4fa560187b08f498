import type { Digest } from '../../oci/digest.ts'
import {
  isSyncing,
  isSyncTag,
  livePrefix,
  parseLiveTag,
  stackInTag,
  syncWindow,
  timeOfSync,
} from '../image/live-tag.ts'
import { isDependenciesTag, isOwnTag } from '../image/tag.ts'
import type { StoredImage } from './stored-image.ts'

/** What is known when Lambda has taken what a sync brought. */
export interface ReleaseInput {
  readonly stack: string
  /** The repository's images, read after that. */
  readonly images: readonly StoredImage[]
  /** What any function of the stack runs, read after that, and what its template names. */
  readonly held: ReadonlySet<Digest>
  /**
   * What functions of the stack ran, and when that was read. Lambda takes an update only from who has
   * seen what it runs, so whoever gives it one of these again has tagged it after that.
   */
  readonly before: { readonly ran: ReadonlySet<Digest>; readonly at: number }
  readonly now: number
}

/**
 * Tags that go with the images of earlier syncs: of those that ran until now, and what a sync left
 * that was killed. A young tag on another image may be a colleague's, whose sync is between tag and
 * update. An image that has no other tag than these and that of its content goes too; a deploy that
 * found it meanwhile has tagged it, or builds it again.
 */
export function tagsToRelease(input: ReleaseInput): readonly string[] {
  const { stack, images, held, before, now } = input
  const name = stackInTag(stack)
  return images.flatMap(({ digest, tags, pushedAt }) => {
    const own = tags.filter((tag) => isSyncTag(tag) && parseLiveTag(tag)?.stack === name)
    if (held.has(digest) || own.length === 0) return []
    const ended = own.filter(
      (tag) => !isSyncing(tag, now) || (before.ran.has(digest) && timeOfSync(tag) < before.at),
    )
    const others = tags.filter((tag) => !ended.includes(tag))
    const isContent = (tag: string): boolean =>
      isOwnTag(tag) && !tag.startsWith(livePrefix) && !isDependenciesTag(tag)
    // What a deploy has pushed stays as a cache; it may even run where there are no live tags yet.
    const isOfSync = pushedAt >= Math.min(...own.map(timeOfSync)) - syncWindow
    // The content's tag first: whatever ends this in the middle, the rest is found again.
    return isOfSync && others.every(isContent) ? [...others, ...ended] : ended
  })
}
