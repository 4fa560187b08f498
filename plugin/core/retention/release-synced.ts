import type { Digest } from '../../oci/digest.ts'
import { isSyncing, isSyncTag, livePrefix, parseLiveTag, stackInTag } from '../image/live-tag.ts'
import { isDependenciesTag, isOwnTag } from '../image/tag.ts'
import type { StoredImage } from './stored-image.ts'

/** What is known when Lambda has taken what a sync brought. */
export interface ReleaseInput {
  readonly stack: string
  /** The repository's images, read after that. */
  readonly images: readonly StoredImage[]
  /** What any function of the stack runs, read after that, and what its template names. */
  readonly held: ReadonlySet<Digest>
  /** What functions of the stack ran before. */
  readonly ranBefore: ReadonlySet<Digest>
  readonly now: number
}

/**
 * Tags that go with the images of earlier syncs: of those that ran until now, and what a sync left
 * that was killed. A young tag on another image may be a colleague's, whose sync is between tag and
 * update. An image that has no other tag than these and that of its content goes too; a deploy that
 * found it meanwhile has tagged it, or builds it again.
 */
export function tagsToRelease(input: ReleaseInput): readonly string[] {
  const { stack, images, held, ranBefore, now } = input
  const name = stackInTag(stack)
  return images.flatMap(({ digest, tags }) => {
    const own = tags.filter((tag) => isSyncTag(tag) && parseLiveTag(tag)?.stack === name)
    if (held.has(digest) || own.length === 0) return []
    const ended = own.filter((tag) => ranBefore.has(digest) || !isSyncing(tag, now))
    const others = tags.filter((tag) => !ended.includes(tag))
    const isContent = (tag: string): boolean =>
      isOwnTag(tag) && !tag.startsWith(livePrefix) && !isDependenciesTag(tag)
    // The content's tag first: whatever ends this in the middle, the rest is found again.
    return others.every(isContent) ? [...others, ...ended] : ended
  })
}
