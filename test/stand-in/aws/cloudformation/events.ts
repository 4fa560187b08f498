import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'
import { members, type XmlValue } from '../xml.ts'
import { requireMembers } from './members.ts'
import { pageOf } from './page.ts'
import type { StackEvent, StackRecord } from './stack.ts'

/** The API of events that AWS had alone until 2025; it tells nothing of validations. */
export function describeStackEvents(
  stack: StackRecord,
  parameters: URLSearchParams,
  context: Context,
): XmlValue {
  requireMembers('DescribeStackEvents', parameters)
  const all = eventsSoFar(stack).filter(({ validation }) => validation === undefined)
  const { items, next } = pageOf(all.toReversed(), parameters, context)
  return {
    StackEvents: members(
      items.map((event) => ({
        StackId: stack.id,
        EventId: event.id,
        StackName: stack.name,
        OperationId: event.operation.id,
        ...resourceOf(event),
      })),
    ),
    NextToken: next,
  }
}

/** The newer one: operations, failed validations, a filter. Shapes from botocore's model. */
export function describeEvents(
  parameters: URLSearchParams,
  context: Context,
  stackOf: (parameters: URLSearchParams) => StackRecord,
): XmlValue {
  requireMembers('DescribeEvents', parameters)
  const operation = parameters.get('OperationId')
  if (operation === null && !parameters.has('StackName'))
    throw new AwsFault(
      'ValidationError',
      'One of ChangeSetName, OperationId or StackName must be specified',
    )
  const stacks = parameters.has('StackName') ? [stackOf(parameters)] : context.state.stacks
  const failedOnly = parameters.get('Filters.FailedEvents') === 'true'
  const all = stacks
    .flatMap((stack) => eventsSoFar(stack).map((event) => ({ stack, event })))
    .filter(({ event }) => operation === null || event.operation.id === operation)
    .filter(({ event }) => !failedOnly || isFailure(event))
  const { items, next } = pageOf(all.toReversed(), parameters, context)
  return {
    OperationEvents: members(
      items.map(({ stack, event }) => ({
        EventId: event.id,
        StackId: stack.id,
        OperationId: event.operation.id,
        OperationType: event.operation.type,
        EventType: typeOf(stack, event),
        ...resourceOf(event),
        ...validationOf(event),
      })),
    ),
    NextToken: next,
  }
}

/** Those up to the next state of the stack itself, which nobody has seen yet. */
function eventsSoFar({ id, status, events }: StackRecord): readonly StackEvent[] {
  const ofStack = ({ physicalId }: StackEvent): boolean => physicalId === id
  const now = events.findLastIndex((event) => ofStack(event) && event.status === status)
  const next = events.findIndex((event, index) => index > now && ofStack(event))
  return now === -1 || next === -1 ? events : events.slice(0, next)
}

function isFailure({ status, validation }: StackEvent): boolean {
  return validation !== undefined || status.endsWith('_FAILED')
}

function typeOf(stack: StackRecord, event: StackEvent): string {
  if (event.validation !== undefined) return 'VALIDATION_ERROR'
  return isFailure(event) && event.physicalId !== stack.id ? 'PROVISIONING_ERROR' : 'STACK_EVENT'
}

function resourceOf(event: StackEvent): Record<string, XmlValue> {
  return {
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId === '' ? undefined : event.physicalId,
    ResourceType: event.type,
    Timestamp: new Date(event.time).toISOString(),
    ResourceStatus: event.validation === undefined ? event.status : undefined,
    ResourceStatusReason: event.reason,
  }
}

function validationOf({ validation }: StackEvent): Record<string, XmlValue> {
  if (validation === undefined) return {}
  return {
    ValidationFailureMode: 'FAIL',
    ValidationName: validation.name,
    ValidationStatus: 'FAILED',
    ValidationStatusReason: validation.reason,
    ValidationPath: validation.path,
  }
}
