import { isFailure, type StackEvent } from './stack-event.ts'

/** What was last begun with a stack, the rollback that it may have led to included. */
export interface StackOperation {
  readonly kind: 'create' | 'update' | 'delete' | 'import'
  /** Milliseconds, by AWS's clock. */
  readonly started: number
  /** `failed` also while CloudFormation is still rolling back. */
  readonly outcome: 'succeeded' | 'failed' | 'working'
  /** Oldest first: what made it fail, the root cause at the head. */
  readonly causes: readonly StackEvent[]
  /** What failed on the way back. */
  readonly rollbackCauses: readonly StackEvent[]
}

const kinds: Readonly<Record<string, StackOperation['kind']>> = {
  CREATE: 'create',
  UPDATE: 'update',
  DELETE: 'delete',
  IMPORT: 'import',
}
const begins = /^(CREATE|UPDATE|DELETE|IMPORT)_IN_PROGRESS$/

/** Whether the events reach back to where the last operation began. */
export function hasBeginning(events: readonly StackEvent[]): boolean {
  return events.some((event) => beginningOf(event) !== undefined)
}

/**
 * The last operation, by the stack's own states: an automatic rollback is an operation of its own
 * for CloudFormation, and belongs to what failed.
 * @param events oldest first
 */
export function lastOperation(events: readonly StackEvent[]): StackOperation | undefined {
  const start = events.findLastIndex((event) => beginningOf(event) !== undefined)
  const first = events[start]
  const kind = first && beginningOf(first)
  if (first === undefined || kind === undefined) return undefined
  const own = events.slice(start)
  const states = own.filter(({ kind: of }) => of === 'stack')
  const back = own.findIndex((event) => event.kind === 'stack' && goesBack(event))
  const [forth, after] = back === -1 ? [own, []] : [own.slice(0, back), own.slice(back)]
  const causes = failuresIn(forth)
  const outcome = outcomeOf(states.at(-1)?.status ?? first.status)
  return {
    kind,
    started: first.time,
    outcome,
    causes: causes.length > 0 || outcome !== 'failed' ? causes : ownReason(states),
    rollbackCauses: failuresIn(after),
  }
}

function beginningOf({ kind, status }: StackEvent): StackOperation['kind'] | undefined {
  const [, verb = ''] = kind === 'stack' ? (begins.exec(status) ?? []) : []
  return kinds[verb]
}

function goesBack({ status }: StackEvent): boolean {
  return status.includes('ROLLBACK')
}

function outcomeOf(status: string): StackOperation['outcome'] {
  if (status.includes('ROLLBACK') || status.endsWith('_FAILED')) return 'failed'
  return status.endsWith('_IN_PROGRESS') ? 'working' : 'succeeded'
}

/** Each once: the newer API may tell a failure as an event of the stack and as an error. */
function failuresIn(events: readonly StackEvent[]): readonly StackEvent[] {
  const found = events.filter((event) => event.kind !== 'stack' && isFailure(event))
  const byText = found.map((event) => [`${event.logicalId} ${event.reason}`, event] as const)
  return [...new Map(byText.toReversed()).values()].toReversed()
}

/** A template that cannot be transformed has no resource to blame. */
function ownReason(states: readonly StackEvent[]): readonly StackEvent[] {
  return states
    .filter(({ status, reason }) => outcomeOf(status) === 'failed' && reason !== '')
    .slice(0, 1)
}
