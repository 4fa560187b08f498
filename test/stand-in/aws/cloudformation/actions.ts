import type { Answer } from '../answer.ts'
import type { Call } from '../call.ts'
import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'
import { queryAnswer, queryParameters } from '../query-protocol.ts'
import { members, membersIfAny, type XmlValue } from '../xml.ts'
import { deleteStack } from './delete-stack.ts'
import { describeEvents, describeStackEvents } from './events.ts'
import { getTemplate } from './get-template.ts'
import { createStack, updateStack } from './operations.ts'
import { pageOf } from './page.ts'
import { describedParameters } from './stack-parameters.ts'
import { advance, findStack, type StackRecord } from './stack.ts'
import { parseTemplate } from './template.ts'

export const namespace = 'http://cloudformation.amazonaws.com/doc/2010-05-15/'

type Action = (parameters: URLSearchParams, context: Context) => XmlValue | Promise<XmlValue>

/** The text that Architect and `aws` look for to know that a stack is not there yet. */
function stackOf(parameters: URLSearchParams, { state }: Context): StackRecord {
  const name = parameters.get('StackName') ?? ''
  const stack = findStack(state.stacks, name)
  if (stack === undefined)
    throw new AwsFault('ValidationError', `Stack with id ${name} does not exist`)
  return stack
}

function iso(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString()
}

function describe(stack: StackRecord): XmlValue {
  const outputs = Object.entries(stack.deployment.outputs)
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: iso(stack.created),
    LastUpdatedTime: iso(stack.updated),
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    DisableRollback: false,
    Capabilities: membersIfAny(stack.capabilities),
    Parameters: membersIfAny(parametersOf(stack)),
    Outputs: membersIfAny(outputs.map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }))),
    // These are there when they are empty, too, as recorded answers of AWS show.
    NotificationARNs: members([]),
    RollbackConfiguration: { RollbackTriggers: members([]) },
    Tags: members(Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value }))),
  }
}

function parametersOf({ parameters = {}, deployment: { template } }: StackRecord): XmlValue[] {
  return describedParameters(parameters, template === '' ? undefined : parseTemplate(template))
}

function resourcesOf(stack: StackRecord): Record<string, XmlValue>[] {
  return Object.entries(stack.deployment.resources).map(([LogicalResourceId, resource]) => ({
    LogicalResourceId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    ResourceStatus: resource.status ?? 'CREATE_COMPLETE',
    ResourceStatusReason: resource.reason,
  }))
}

/** Shapes from botocore's `cloudformation` model. */
const actions: Readonly<Record<string, Action>> = {
  CreateStack,
  UpdateStack,
  DeleteStack(parameters, context) {
    deleteStack(parameters, context)
    return {}
  },

  DescribeStacks(parameters, context) {
    const { stacks } = context.state
    if (parameters.has('StackName')) {
      const stack = stackOf(parameters, context)
      advance(stack)
      if (stack.status === 'DELETE_COMPLETE')
        return { Stacks: members([describe(stackOf(parameters, context))]) }
      return { Stacks: members([describe(stack)]) }
    }
    const live = stacks.filter(({ status }) => status !== 'DELETE_COMPLETE')
    const { items, next } = pageOf(live, parameters, context)
    items.forEach(advance)
    return { Stacks: members(items.map(describe)), NextToken: next }
  },

  DescribeStackResources(parameters, context) {
    const stack = stackOf(parameters, context)
    const wanted = parameters.get('LogicalResourceId')
    const found = resourcesOf(stack).filter(
      ({ LogicalResourceId }) => wanted === null || LogicalResourceId === wanted,
    )
    return {
      StackResources: members(
        found.map((resource) => ({
          ...resource,
          StackId: stack.id,
          StackName: stack.name,
          Timestamp: iso(stack.updated ?? stack.created),
        })),
      ),
    }
  },

  ListStackResources(parameters, context) {
    const stack = stackOf(parameters, context)
    const { items, next } = pageOf(resourcesOf(stack), parameters, context)
    return {
      StackResourceSummaries: members(
        items.map((resource) => ({
          ...resource,
          LastUpdatedTimestamp: iso(stack.updated ?? stack.created),
        })),
      ),
      NextToken: next,
    }
  },

  DescribeStackEvents: (parameters, context) =>
    describeStackEvents(stackOf(parameters, context), parameters, context),

  DescribeEvents: (parameters, context) =>
    describeEvents(parameters, context, (named) => stackOf(named, context)),

  GetTemplate(parameters, context) {
    return getTemplate(stackOf(parameters, context), parameters)
  },

  /** Deleted ones are told for 90 days. */
  ListStacks(parameters, context) {
    const { items, next } = pageOf(context.state.stacks, parameters, context)
    items.forEach(advance)
    return {
      StackSummaries: members(
        items.map((stack) => ({
          StackId: stack.id,
          StackName: stack.name,
          CreationTime: iso(stack.created),
          LastUpdatedTime: iso(stack.updated),
          StackStatus: stack.status,
          StackStatusReason: stack.reason,
        })),
      ),
      NextToken: next,
    }
  },
}

async function CreateStack(parameters: URLSearchParams, context: Context): Promise<XmlValue> {
  return await createStack(parameters, context)
}

async function UpdateStack(parameters: URLSearchParams, context: Context): Promise<XmlValue> {
  return await updateStack(parameters, context)
}

export async function answerCloudFormation(call: Call, context: Context): Promise<Answer> {
  const parameters = queryParameters(call)
  const name = parameters.get('Action') ?? ''
  const action = actions[name]
  if (action === undefined)
    throw new AwsFault('InvalidAction', `Could not find operation ${name} for version 2010-05-15`)
  return queryAnswer(name, await action(parameters, context), namespace)
}
