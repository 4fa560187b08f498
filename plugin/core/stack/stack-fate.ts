/**
 * What a deploy or a teardown can do with a stack.
 * - `gone`: there is none.
 * - `busy`: CloudFormation is at work; nothing can be begun.
 * - `usable`: a deploy can update it.
 * - `stuck`: no deploy can update it; it can only be deleted.
 */
export type StackFate = 'gone' | 'busy' | 'usable' | 'stuck'

/** From these UpdateStack goes on; `UPDATE_ROLLBACK_COMPLETE` is the stack as it was before. */
const usable = new Set([
  'CREATE_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
])

/** By CloudFormation's `StackStatus`; `undefined` is a stack that CloudFormation does not know. */
export function stackFate(status: string | undefined): StackFate {
  if (status === undefined || status === 'DELETE_COMPLETE') return 'gone'
  if (usable.has(status)) return 'usable'
  // A change set that was never executed: nothing is at work, though the name says so.
  if (status === 'REVIEW_IN_PROGRESS') return 'stuck'
  return status.endsWith('_IN_PROGRESS') ? 'busy' : 'stuck'
}

/** Whether the last thing that became of a stack was what a deploy wanted, and nothing was undone. */
export function isAsDeployed(status: string | undefined): boolean {
  return status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE'
}
