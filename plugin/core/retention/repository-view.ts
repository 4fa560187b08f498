import { parseLiveTag, stackInTag } from '../image/live-tag.ts'
import type { StackImages } from './stack-images.ts'
import type { StoredContents, StoredImage } from './stored-image.ts'
import type { Digest } from '../../oci/digest.ts'

/** Everything of a repository that commands show, from all pages of all answers. */
export interface RepositoryView extends StoredContents {
  readonly name: string
  readonly stacks: readonly StackImages[]
  /** Images that Lambda runs for functions of no stack. */
  readonly runElsewhere: ReadonlySet<Digest>
}

/** Who holds an image, for people: stacks by name, and functions without one. */
export function holdersOf({ digest, tags }: StoredImage, view: RepositoryView): readonly string[] {
  const tagged = new Set(tags.map((tag) => parseLiveTag(tag)?.stack))
  const stacks = view.stacks.filter(
    ({ stack, kind, held }) =>
      held.has(digest) || (kind === 'unsettled' && tagged.has(stackInTag(stack))),
  )
  const names = stacks.map(({ stack, kind, state }) =>
    kind === 'unsettled' ? `${stack} (${state})` : stack,
  )
  return view.runElsewhere.has(digest) ? [...names, 'a function of no stack'] : names
}
