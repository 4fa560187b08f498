import type { StackEvent } from '../events/stack-event.ts'

/** A time in which no function of the stack was changed. */
export interface Period {
  readonly start: number
  readonly end: number
}

/** When a function was changed, and by what name it went on. */
export interface FunctionChange {
  readonly logicalId: string
  readonly physicalId: string
  /** The end of the stack's own update: from then on all its functions are the new ones. */
  readonly time: number
}

/** Where every function that an update changes is changed. */
const settled = /^(?:CREATE|IMPORT|UPDATE|UPDATE_ROLLBACK)_COMPLETE(?:_CLEANUP_IN_PROGRESS)?$/

const functionType = 'AWS::Lambda::Function'

/** The changes of functions, oldest first; of changes past CloudFormation it has no events. */
export function functionChanges(events: readonly StackEvent[]): readonly FunctionChange[] {
  const inOrder = events.toSorted((one, other) => one.time - other.time)
  const ends = inOrder.filter(({ kind, status }) => kind === 'stack' && settled.test(status))
  const changes = inOrder
    .filter(({ type, status }) => type === functionType && settled.test(status))
    .flatMap(({ logicalId, physicalId, time }) => {
      const end = ends.find((event) => event.time >= time)
      // What was rolled back changed nothing in the end.
      if (end?.status.startsWith('UPDATE_ROLLBACK')) return []
      return [{ logicalId, physicalId, time: end?.time ?? time }]
    })
  return [...new Map(changes.map((each) => [`${each.logicalId} ${each.time}`, each])).values()]
}

/** Every name that a function of the stack had in Lambda, as far as the events tell. */
export function functionIds(events: readonly StackEvent[], logicalId: string): readonly string[] {
  const own = events.filter((event) => event.type === functionType && event.logicalId === logicalId)
  return [...new Set(own.map(({ physicalId }) => physicalId))].filter((id) => id !== '')
}

/** More are put together with the oldest: each takes a query. */
const mostPeriods = 6

/** The periods of a time, oldest first: one more than it has changes. */
export function periodsOf(
  changes: readonly FunctionChange[],
  { start, end }: Period,
): readonly Period[] {
  const times = [...new Set(changes.map(({ time }) => time))]
    .filter((time) => time > start && time < end)
    .toSorted((one, other) => one - other)
    .slice(1 - mostPeriods)
  return [start, ...times].map((from, index) => ({ start: from, end: times[index] ?? end }))
}
