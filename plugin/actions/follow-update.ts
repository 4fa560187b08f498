import { causeOf } from '../core/events/diagnosis.ts'
import { eventLine } from '../core/events/event-line.ts'
import { formatCause } from '../core/events/format-diagnosis.ts'
import { lastOperation } from '../core/events/last-operation.ts'
import type { StackEvent } from '../core/events/stack-event.ts'
import { stackFate } from '../core/stack/stack-fate.ts'
import { ContainerImageError } from '../errors.ts'
import type { KnownStack } from '../ports/destroy.ts'
import type { RollbackPorts } from '../ports/rollback.ts'

/** Half an hour at three seconds. */
const polls = 600

/** An update that CloudFormation has taken. */
export interface BegunUpdate {
  readonly stack: KnownStack
  /** Ids of the events that were there before. */
  readonly before: ReadonlySet<string>
  /** What the app calls its functions, by logical id. */
  readonly names: ReadonlyMap<string, string>
}

/**
 * Says what CloudFormation does, until it is done.
 * @throws ContainerImageError ROLLBACK_FAILED with what made it fail, STACK_BUSY
 */
export async function followUpdate(
  { stack, before, names }: BegunUpdate,
  ports: Pick<RollbackPorts, 'events' | 'findStack' | 'wait' | 'say'>,
): Promise<void> {
  const told = new Map<string, StackEvent>()
  for (let poll = 0; poll < polls; poll++) {
    const now = await ports.findStack()
    for (const event of await ports.events(stack)) {
      if (before.has(event.id) || told.has(event.id)) continue
      told.set(event.id, event)
      const { matters, text } = eventLine(event, names)
      if (matters) ports.say(text)
    }
    if (now?.status === 'UPDATE_COMPLETE') return
    if (stackFate(now?.status) !== 'busy') throw failure(stack, now, [...told.values()], names)
    await ports.wait()
  }
  throw new ContainerImageError(
    'STACK_BUSY',
    `Stack ${stack.name} is still at work after half an hour. It goes on without this command: look at its events in CloudFormation's console.`,
  )
}

function failure(
  { name }: KnownStack,
  now: KnownStack | undefined,
  events: readonly StackEvent[],
  names: ReadonlyMap<string, string>,
): ContainerImageError {
  const causes = lastOperation(events)?.causes ?? []
  const lines = causes.map((event) => formatCause(causeOf(event, names)))
  const why =
    lines.length === 0 ? ` ${now?.reason ?? 'No reason was given.'}` : `\n${lines.join('\n')}\n`
  const end =
    now?.status === 'UPDATE_ROLLBACK_COMPLETE'
      ? 'Its functions run what they ran before.'
      : `Look at its events in CloudFormation's console.`
  return new ContainerImageError(
    'ROLLBACK_FAILED',
    `Stack ${name} could not go back and is ${now?.status ?? 'gone'}.${why}${end}`,
  )
}
