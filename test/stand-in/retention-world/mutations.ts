import { oneDay } from '../../../plugin/core/basics/duration.ts'
import { isFresh, parseLiveTag, tagsOf } from '../../../plugin/core/image/live-tag.ts'
import type { StackImages } from '../../../plugin/core/retention/stack-images.ts'
import { ourRules, type Rules } from './rules.ts'

const { heldDigests, tagsToPrune, planGarbage, lifecycle } = ourRules
const [liveRule, dependenciesRule, anyRule] = lifecycle
if (liveRule === undefined || dependenciesRule === undefined || anyRule === undefined)
  throw new Error('The policy has three rules.')

function runsOnly(images: StackImages): StackImages {
  const runs = [...images.functions.values()].flatMap((each) => each.runs ?? [])
  return { ...images, held: new Set(runs) }
}

function atRest(images: StackImages): StackImages {
  return { ...images, kind: images.kind === 'unsettled' ? 'settled' : images.kind }
}

type Garbage = Rules['planGarbage']

function gcThatSees(change: (stack: StackImages) => readonly StackImages[]): Garbage {
  return (input) => planGarbage({ ...input, stacks: input.stacks.flatMap(change) })
}

function counting(rule: typeof liveRule, countNumber: number) {
  if (rule === undefined) throw new Error('No such rule.')
  return { ...rule, selection: { ...rule.selection, countNumber } }
}

/** AWS documents no rule that shields from it. */
const archiving: typeof liveRule = {
  rulePriority: 4,
  selection: {
    tagStatus: 'tagged',
    tagPrefixList: ['live-App'],
    countType: 'sinceImagePulled',
    countUnit: 'days',
    countNumber: 1,
  },
  action: { type: 'transition', targetStorageClass: 'archive' },
}

/** Each rule dropped or bent: what an image in use is lost to. */
export const losing: Readonly<Record<string, Partial<Rules>>> = {
  'no live tag': { tagsBeforeUse: () => [] },
  'live tag only after the update began': { tagAt: 'after update' },
  'live tag without the image being looked at': { rebuild: false },
  'the previous image is not tagged again': { tagPrevious: false },
  'our policy before what is in use is tagged': { tagsToRestore: () => [] },
  'no first rule in the lifecycle policy': { lifecycle: lifecycle.slice(1) },
  'a first rule that fires': { lifecycle: [counting(liveRule, 2), dependenciesRule, anyRule] },
  'what is archived counts as there': { pullable: (images) => images },
  'what is on its way back from the archive counts as there': {
    pullable: (images) => images.filter(({ status }) => status !== 'archived'),
  },
  'a rule of others that archives what is live': { lifecycle: [...lifecycle, archiving] },
  'a rollback without live tags': { rollbackHolds: 'nothing' },
  'a rollback that does not say what it comes from': { rollbackNames: false },
  'prune at the end of the deploy': { pruneAt: 'end' },
  'prune ignores Metadata': {
    tagsToPrune: (live, images, now) => tagsToPrune(runsOnly(live), images, now),
  },
  'prune takes fresh tags': {
    tagsToPrune: (live, images, now) => tagsToPrune(live, images, now + 3 * oneDay),
  },
  'prune while the stack is not at rest': {
    tagsToPrune: (live, images, now) => tagsToPrune(atRest(live), images, now),
  },
  "prune takes other stacks' tags": {
    tagsToPrune: (live, images, now) =>
      images.flatMap(({ digest, tags }) =>
        tags
          .filter((tag) => parseLiveTag(tag) !== undefined && !isFresh(tag, now))
          .filter(() => !live.held.has(digest))
          .map((tag) => ({ digest, tag })),
      ),
  },
  'prune takes tags of stacks with the same beginning': {
    tagsToPrune: (live, images) =>
      images.flatMap(({ digest, tags }) =>
        tags
          .filter((tag) => tag.startsWith(`live-${live.stack.slice(0, 10)}`))
          .filter((tag) => !(live.held.has(digest) && tagsOf(live.stack, [tag]).length > 0))
          .map((tag) => ({ digest, tag })),
      ),
  },
  'gc takes a stack in progress for one at rest': {
    planGarbage: gcThatSees((stack) => [atRest(stack)]),
  },
  'gc takes a stack in progress for gone': {
    planGarbage: gcThatSees((stack) => (stack.kind === 'unsettled' ? [] : [stack])),
  },
  'gc ignores Metadata': { planGarbage: gcThatSees((stack) => [runsOnly(stack)]) },
  'gc misses a page of stacks': {
    planGarbage: (input) => planGarbage({ ...input, stacks: input.stacks.slice(0, 1) }),
  },
  'gc takes fresh tags and images': {
    planGarbage: (input) => planGarbage({ ...input, now: input.now + 3 * oneDay }),
  },
  'gc deletes by digest': { deleteBy: 'digest' },
  'a stack in review is gone': {
    heldDigests: (stack) =>
      heldDigests(
        stack.status === 'REVIEW_IN_PROGRESS' ? { ...stack, status: 'DELETE_COMPLETE' } : stack,
      ),
  },
  'a stack whose deletion failed is gone': {
    heldDigests: (stack) =>
      heldDigests(
        stack.status === 'DELETE_FAILED' ? { ...stack, status: 'DELETE_COMPLETE' } : stack,
      ),
  },
}

/** What would go wrong once previews have a repository of their own. */
export const moving: Readonly<Record<string, Partial<Rules>>> = {
  'gc leaves previews out of the repository that they shared': {
    planGarbage: gcThatSees((stack) =>
      /^App(Production|Staging)$/.test(stack.stack) ? [stack] : [],
    ),
  },
  "gc of the previews' repository takes what it may not read for all that there is": {
    planGarbage: gcThatSees((stack) => (stack.state.includes('not read') ? [stack] : [])),
  },
}

/** Each rule that clears away, dropped: what the images pile up by. */
export const hoarding: Readonly<Record<string, Partial<Rules>>> = {
  'no prune': { tagsToPrune: () => [] },
  'no last rule': { lifecycle: [liveRule, dependenciesRule] },
  'no bound for dependency layers': {
    lifecycle: [liveRule, counting(dependenciesRule, 1000), anyRule],
  },
  'gc leaves what is archived': {
    planGarbage: (input) => planGarbage(input).filter(({ image }) => image.status === undefined),
  },
  'gc leaves the tags of stacks that are gone': {
    planGarbage: (input) =>
      planGarbage(input).filter(({ removes }) => removes.every((tag) => !parseLiveTag(tag))),
  },
}
