/**
 * - `gone`: CloudFormation has deleted it; it runs nothing.
 * - `settled`: nothing is under way, so its template and Lambda say all that it can come back to.
 * - `unsettled`: what it will run next is not known, so whatever carries its tag is held.
 */
export type StackKind = 'gone' | 'settled' | 'unsettled'

/** A first create that failed is here too: until it is deleted, its template is believed. */
const settled = new Set([
  'CREATE_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
  'ROLLBACK_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
])

/**
 * By CloudFormation's `StackStatus`. While an update goes forward, the template that AWS gives out
 * is the new one: what the old one would roll back to is written nowhere. So all that is not known to
 * be at rest (in progress, failed, in review, or a status that is new to us) is unsettled.
 */
export function stackKind(status: string): StackKind {
  if (status === 'DELETE_COMPLETE') return 'gone'
  return settled.has(status) ? 'settled' : 'unsettled'
}
