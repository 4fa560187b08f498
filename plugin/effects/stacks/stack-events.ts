import type { StackEvent } from '../../core/events/stack-event.ts'
import { awsCodeOf } from '../aws/aws-error.ts'
import type { Aws } from '../aws/client.ts'
import { isDenial, throwDenials } from '../aws/denials.ts'
import { fieldOf, membersOf } from '../aws/members.ts'

type Entry = Readonly<Record<string, unknown>>

/** What CloudFormation tells of stacks, through whichever of its two APIs answers. */
export interface StackEvents {
  /**
   * Oldest first, back to where it is enough; none of a stack that does not exist.
   * @param stack its name or, also after it was deleted, its ARN
   */
  read(
    stack: string,
    enough: (events: readonly StackEvent[]) => boolean,
  ): Promise<readonly StackEvent[]>
  /** Why failed validations are not among them: AWS's refusal of the newer API. */
  readonly blind: () => string | undefined
}

/** Milliseconds by AWS's clock of the newest event; 0 for a stack that does not exist. */
export async function newestEventTime(events: StackEvents, stackName: string): Promise<number> {
  const found = await events.read(stackName, () => true)
  return found.at(-1)?.time ?? 0
}

/** What a region or a stand-in says that does not know `DescribeEvents` yet. */
const unknownAction = new Set(['InvalidAction', 'UnknownOperationException', 'NotImplemented'])

/** `DescribeEvents`; where it is denied or not known, `DescribeStackEvents` from then on. */
export function openStackEvents(aws: Pick<Aws, 'cloudformation'>): StackEvents {
  let refusal: unknown

  async function page(stack: string, token: string): Promise<Entry> {
    const input = { StackName: stack, ...(token !== '' && { NextToken: token }) }
    // Of an ARN, `...:stack/NAME/ID`, the name is what people know.
    const resource = `stack '${stack.split('/')[1] ?? stack}'`
    const ask = (action: string) => aws.cloudformation(action, input, resource)
    if (refusal === undefined) {
      try {
        return await ask('DescribeEvents')
      } catch (error) {
        if (!isDenial(error) && !unknownAction.has(awsCodeOf(error) ?? '')) throw error
        refusal = error
      }
    }
    try {
      return await ask('DescribeStackEvents')
    } catch (error) {
      throwDenials([error, ...(isDenial(refusal) ? [refusal] : [])])
      throw error
    }
  }

  return {
    async read(stack, enough) {
      const found: StackEvent[] = []
      for (let token = ''; ;) {
        const answer = await page(stack, token).catch(emptyIfMissing)
        const events = membersOf(answer['OperationEvents'] ?? answer['StackEvents'])
        const parsed = events.flatMap((entry) => eventOf(entry) ?? [])
        found.push(...parsed)
        token = fieldOf(answer, 'NextToken')
        if (token === '' || (isNewestFirst(parsed) && enough(found))) return inOrder(found)
      }
    },
    blind: () => (refusal instanceof Error ? refusal.message : undefined),
  }
}

function emptyIfMissing(error: unknown): Entry {
  const text = error instanceof Error ? error.message : ''
  if (awsCodeOf(error) === 'ValidationError' && text.includes('does not exist')) return {}
  throw error
}

/** AWS's docs say it of the older API only. */
function isNewestFirst(events: readonly StackEvent[]): boolean {
  const [first, last] = [events[0], events.at(-1)]
  return first !== undefined && last !== undefined && first.time >= last.time
}

/** Pages come newest first, and events of one moment stay in their order. */
function inOrder(events: readonly StackEvent[]): readonly StackEvent[] {
  const oldestFirst = isNewestFirst(events) ? events.toReversed() : events
  return oldestFirst.toSorted((one, other) => one.time - other.time)
}

/** Change sets are looked at, not deployed. */
function eventOf(entry: Entry): StackEvent | undefined {
  if (fieldOf(entry, 'OperationType') === 'CREATE_CHANGESET') return undefined
  const physicalId = fieldOf(entry, 'PhysicalResourceId')
  const isStack = physicalId !== '' && physicalId === fieldOf(entry, 'StackId')
  const common = {
    id: fieldOf(entry, 'EventId'),
    time: Date.parse(fieldOf(entry, 'Timestamp') || fieldOf(entry, 'StartTime')),
    logicalId: fieldOf(entry, 'LogicalResourceId'),
    physicalId,
    type: fieldOf(entry, 'ResourceType'),
  }
  if (fieldOf(entry, 'EventType') === 'VALIDATION_ERROR')
    return { ...common, ...validationOf(entry) }
  if (fieldOf(entry, 'HookStatus') !== '') return { ...common, ...hookOf(entry) }
  return {
    ...common,
    kind: isStack ? 'stack' : 'resource',
    status: fieldOf(entry, 'ResourceStatus'),
    reason: fieldOf(entry, 'ResourceStatusReason'),
  }
}

function validationOf(entry: Entry): Pick<StackEvent, 'kind' | 'status' | 'reason' | 'path'> {
  const path = fieldOf(entry, 'ValidationPath')
  const ends = fieldOf(entry, 'ValidationFailureMode') !== 'WARN'
  const status = `VALIDATION_${ends ? fieldOf(entry, 'ValidationStatus') || 'FAILED' : 'WARNED'}`
  const words = [fieldOf(entry, 'ValidationName'), fieldOf(entry, 'ValidationStatusReason')]
  const reason = words.filter((text) => text !== '').join(': ')
  return { kind: 'validation', status, reason, ...(path !== '' && { path }) }
}

function hookOf(entry: Entry): Pick<StackEvent, 'kind' | 'status' | 'reason'> {
  const seen = fieldOf(entry, 'HookStatus')
  const worst = fieldOf(entry, 'HookFailureMode') === 'WARN' ? 'HOOK_WARNED' : 'HOOK_FAILED'
  const words = [fieldOf(entry, 'HookType'), fieldOf(entry, 'HookStatusReason')]
  const reason = words.filter((text) => text !== '').join(': ')
  return { kind: 'hook', status: seen.endsWith('FAILED') ? worst : seen, reason }
}
