import { isFailure, type StackEvent } from '../core/events/stack-event.ts'
import { stackFate } from '../core/stack/stack-fate.ts'
import { ContainerImageError } from '../errors.ts'
import type { KnownStack } from '../ports/destroy.ts'
import type { RollbackPorts } from '../ports/rollback.ts'

/** Half an hour at three seconds. */
const polls = 600

/**
 * Says what CloudFormation does, until it is done.
 * @param before ids of the events that were there before the update
 * @throws ContainerImageError ROLLBACK_FAILED with each resource that failed, STACK_BUSY
 */
export async function followUpdate(
  stack: KnownStack,
  before: ReadonlySet<string>,
  ports: Pick<RollbackPorts, 'events' | 'findStack' | 'wait' | 'say'>,
): Promise<void> {
  const told = new Map<string, StackEvent>()
  for (let poll = 0; poll < polls; poll++) {
    const now = await ports.findStack()
    for (const event of await ports.events(stack)) {
      if (before.has(event.id) || told.has(event.id)) continue
      told.set(event.id, event)
      ports.say(lineOf(event))
    }
    if (now?.status === 'UPDATE_COMPLETE') return
    if (stackFate(now?.status) !== 'busy') throw failure(stack, now, [...told.values()])
    await ports.wait()
  }
  throw new ContainerImageError(
    'STACK_BUSY',
    `Stack ${stack.name} is still at work after half an hour. It goes on without this command: look at its events in CloudFormation's console.`,
  )
}

function lineOf({ logicalId, status, reason }: StackEvent): string {
  return `${status} ${logicalId}${reason === '' ? '' : `: ${reason}`}`
}

function failure(
  { name }: KnownStack,
  now: KnownStack | undefined,
  events: readonly StackEvent[],
): ContainerImageError {
  const causes = events.filter((event) => event.kind !== 'stack' && isFailure(event))
  const lines = causes.map(({ logicalId, reason }) => `- ${logicalId}: ${reason || 'no reason'}`)
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
