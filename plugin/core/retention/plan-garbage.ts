import type { Digest } from '../../oci/digest.ts'
import { oneDay } from '../basics/duration.ts'
import { isFresh, parseLiveTag, stackInTag } from '../image/live-tag.ts'
import { isDependenciesTag, isOwnTag } from '../image/tag.ts'
import type { StackImages } from './stack-images.ts'
import type { StoredImage } from './stored-image.ts'

export interface GarbageInput {
  /** Every image of the repository, of every page. */
  readonly images: readonly StoredImage[]
  /** Every stack of the region, `unreadStack` among them: a stack that is not here counts as gone. */
  readonly stacks: readonly StackImages[]
  /** Images that Lambda runs for functions of no stack. */
  readonly runElsewhere?: ReadonlySet<Digest>
  readonly now: number
  /** As many of the newest dependency layers stay as the lifecycle policy keeps. */
  readonly keep: number
  /** Milliseconds; what was pushed or tagged within them stays. A day at least. */
  readonly olderThan?: number
  /**
   * Only what carries a tag of this stack. Naming a stack that is gone says that no deploy of it is
   * under way, so its fresh tags go too.
   */
  readonly stack?: string
}

/** What gc would do with one image. */
export interface GarbageVerdict {
  readonly image: StoredImage
  /** Every one is removed by its name, never the image by its digest: a tag that a deploy adds meanwhile then saves it. */
  readonly removes: readonly string[]
  /** All tags go, and with the last one the image. */
  readonly goes: boolean
  readonly why: string
}

/** The input, with what is asked of it for every tag. */
interface Knowledge extends GarbageInput {
  readonly byName: ReadonlyMap<string, StackImages>
  /** Stack that `stack` names, as tags have it. */
  readonly reach: string | undefined
  readonly dependencies: ReadonlySet<Digest>
}

/**
 * What would go, and what stays and why, an entry an image. It is only as true as its input: one
 * page or stack that could not be read, and nothing may be planned.
 */
export function planGarbage(input: GarbageInput): readonly GarbageVerdict[] {
  const byName = new Map(input.stacks.map((stack) => [stackInTag(stack.stack), stack]))
  const reach = input.stack === undefined ? undefined : stackInTag(input.stack)
  const known = { ...input, byName, reach, dependencies: newestDependencies(input) }
  return input.images.map((image) => judge(image, known))
}

function newestDependencies({ images, keep }: GarbageInput): ReadonlySet<Digest> {
  const newest = images
    .filter(({ tags, status }) => status === undefined && tags.some(isDependenciesTag))
    .toSorted((one, other) => other.pushedAt - one.pushedAt)
    .slice(0, keep)
  return new Set(newest.map(({ digest }) => digest))
}

/** Why a live tag still counts; `undefined` when it no longer holds anything. */
function tagHolds(tag: string, { digest }: StoredImage, known: Knowledge): string | undefined {
  const name = parseLiveTag(tag)?.stack ?? ''
  const stack = known.byName.get(name)
  if (stack?.held.has(digest)) return `${stack.stack} runs it or would roll back to it`
  if (stack?.kind === 'unsettled') return `${stack.stack} is not at rest: ${stack.state}`
  const isGone = stack === undefined || stack.kind === 'gone'
  if (isGone && known.reach === name) return undefined
  return isFresh(tag, known.now, known.olderThan) ? `tag of ${name} is fresh` : undefined
}

/** What holds an image beside its live tags. */
function imageHolds(image: StoredImage, known: Knowledge): string | undefined {
  const { digest, tags, pushedAt } = image
  const holder = known.stacks.find(({ held }) => held.has(digest))
  if (holder !== undefined) return `${holder.stack} runs it or would roll back to it`
  if (known.runElsewhere?.has(digest)) return 'a function outside of all stacks runs it'
  const foreign = tags.find((tag) => !isOwnTag(tag))
  if (foreign !== undefined) return `tag '${foreign}' is not ours`
  if (tags.length === 0) return 'it has no tag of ours'
  if (known.dependencies.has(digest)) return `dependency layer, one of the newest ${known.keep}`
  const isOld = known.now - pushedAt >= Math.max(oneDay, known.olderThan ?? 0)
  return isOld || known.stack !== undefined ? undefined : 'pushed not long ago'
}

function judge(image: StoredImage, known: Knowledge): GarbageVerdict {
  const { tags } = image
  const live = tags.filter((tag) => parseLiveTag(tag) !== undefined)
  const { reach } = known
  const inReach = live.filter((tag) => reach === undefined || parseLiveTag(tag)?.stack === reach)
  if (reach !== undefined && inReach.length === 0)
    return { image, removes: [], goes: false, why: `no tag of ${known.stack}` }
  const holding = new Map(live.map((tag) => [tag, tagHolds(tag, image, known)]))
  const byTag = [...holding.values()].find((why) => why !== undefined)
  const why = imageHolds(image, known) ?? byTag
  if (why === undefined)
    return { image, removes: tags, goes: true, why: 'no stack runs it or would roll back to it' }
  const idle = inReach.filter((tag) => holding.get(tag) === undefined)
  const removes = idle.length === tags.length ? idle.slice(1) : idle
  const state = image.status === undefined ? '' : `; it is ${image.status}, nothing can pull it`
  return { image, removes, goes: false, why: `${why}${state}` }
}
