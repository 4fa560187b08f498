import { planGarbage } from '../../../plugin/core/retention/plan-garbage.ts'
import { planLifecyclePolicy } from '../../../plugin/core/retention/lifecycle-policy.ts'
import {
  tagsBeforeUse,
  tagsToPrune,
  tagsToRestore,
} from '../../../plugin/core/retention/live-tags.ts'
import { heldDigests } from '../../../plugin/core/retention/stack-images.ts'
import { parsePolicy, type ModelRule } from '../aws/ecr-model/index.ts'

/** Everything that the world does by our rules; a mutation replaces one of them. */
export interface Rules {
  readonly heldDigests: typeof heldDigests
  readonly tagsBeforeUse: typeof tagsBeforeUse
  readonly tagsToPrune: typeof tagsToPrune
  readonly tagsToRestore: typeof tagsToRestore
  readonly planGarbage: typeof planGarbage
  readonly lifecycle: readonly ModelRule[]
  readonly pruneAt: 'start' | 'end'
  readonly tagAt: 'before update' | 'after update'
  readonly deleteBy: 'tag' | 'digest'
  /** What was found without its live tag by the time of tagging is built again. */
  readonly rebuild: boolean
  /** The previous digest of each function is tagged again too. */
  readonly tagPrevious: boolean
}

export const keep = 2

export const ourRules: Rules = {
  heldDigests,
  tagsBeforeUse,
  tagsToPrune,
  tagsToRestore,
  planGarbage,
  lifecycle: parsePolicy(planLifecyclePolicy(undefined, keep).text),
  pruneAt: 'start',
  tagAt: 'before update',
  deleteBy: 'tag',
  rebuild: true,
  tagPrevious: true,
}
