import { syncTag } from '../../../plugin/core/image/live-tag.ts'
import { tagsToRelease } from '../../../plugin/core/retention/release-synced.ts'
import { planGarbage } from '../../../plugin/core/retention/plan-garbage.ts'
import { planRollback } from '../../../plugin/core/retention/plan-rollback.ts'
import { planLifecyclePolicy } from '../../../plugin/core/retention/lifecycle-policy.ts'
import {
  tagsBeforeUse,
  tagsToPrune,
  tagsToRestore,
} from '../../../plugin/core/retention/live-tags.ts'
import { heldDigests } from '../../../plugin/core/retention/stack-images.ts'
import { pullable } from '../../../plugin/core/retention/stored-image.ts'
import { parsePolicy, type ModelRule } from '../aws/ecr-model/index.ts'

/** Everything that the world does by our rules; a mutation replaces one of them. */
export interface Rules {
  readonly heldDigests: typeof heldDigests
  readonly tagsBeforeUse: typeof tagsBeforeUse
  readonly tagsToPrune: typeof tagsToPrune
  readonly tagsToRestore: typeof tagsToRestore
  readonly planGarbage: typeof planGarbage
  readonly planRollback: typeof planRollback
  /** What a deploy takes for there. */
  readonly pullable: typeof pullable
  readonly lifecycle: readonly ModelRule[]
  readonly pruneAt: 'start' | 'end'
  readonly tagAt: 'before update' | 'after update'
  readonly deleteBy: 'tag' | 'digest'
  /** What was found without its live tag by the time of tagging is built again. */
  readonly rebuild: boolean
  /** The previous digest of each function is tagged again too. */
  readonly tagPrevious: boolean
  /** What a rollback tags: the images that it goes to, and those that it comes from. */
  readonly rollbackHolds: 'both' | 'target' | 'nothing'
  /** A rollback names in `Metadata` what it comes from. */
  readonly rollbackNames: boolean
  readonly syncTag: typeof syncTag
  readonly tagsToRelease: typeof tagsToRelease
  /** A sync tags its image before Lambda gets it. */
  readonly tagSynced: boolean
  /** A registry that lacks a layer which was taken for there gets it after all. */
  readonly sendsAfterAll: boolean
  /** A deploy gives functions whose image stays the same that image again. */
  readonly mends: boolean
}

export const keep = 2

export const ourRules: Rules = {
  heldDigests,
  tagsBeforeUse,
  tagsToPrune,
  tagsToRestore,
  planGarbage,
  planRollback,
  pullable,
  lifecycle: parsePolicy(planLifecyclePolicy(undefined, keep).text),
  pruneAt: 'start',
  tagAt: 'before update',
  deleteBy: 'tag',
  rebuild: true,
  tagPrevious: true,
  rollbackHolds: 'both',
  rollbackNames: true,
  syncTag,
  tagsToRelease,
  tagSynced: true,
  sendsAfterAll: true,
  mends: true,
}
