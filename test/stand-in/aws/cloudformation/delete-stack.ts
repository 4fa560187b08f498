import type { Context } from '../context.ts'
import { requireMembers } from './members.ts'
import { deploymentMode } from './deployment-mode.ts'
import { AwsFault } from '../fault.ts'
import {
  findStack,
  newOperation,
  type Operation,
  ofStack,
  record,
  type StackRecord,
  type StackResource,
} from './stack.ts'
import { isRecord } from './template.ts'

/** A first create may be broken off, an update has to end first; text from memory. */
const deletable =
  /^(CREATE_IN_PROGRESS|REVIEW_IN_PROGRESS|DELETE_IN_PROGRESS|\w+_(COMPLETE|FAILED))$/

export function deleteStack(parameters: URLSearchParams, context: Context): void {
  const { state, now, behaviour } = context
  requireMembers('DeleteStack', parameters)
  const stack = findStack(state.stacks, parameters.get('StackName') ?? '')
  if (stack === undefined || /^DELETE_(COMPLETE|IN_PROGRESS)$/.test(stack.status)) return
  if (!deletable.test(stack.status))
    throw new AwsFault(
      'ValidationError',
      `Stack:${stack.id} is in ${stack.status} state and can not be deleted.`,
    )
  const mode = deploymentMode(parameters, behaviour)
  stack.updated = now()
  stack.status = 'DELETE_IN_PROGRESS'
  delete stack.reason
  const operation = newOperation('DELETE_STACK')
  record(stack, operation, context, ofStack(stack, stack.status, 'User Initiated'))
  const held = deleteResources(stack, operation, context)
  if (held.length > 0)
    stack.reason = `The following resource(s) failed to delete: [${held.join(', ')}]. `
  const last = held.length > 0 ? 'DELETE_FAILED' : 'DELETE_COMPLETE'
  record(stack, operation, context, ofStack(stack, last, stack.reason))
  stack.upcoming = [
    ...Array.from(
      { length: mode === 'EXPRESS' ? 0 : behaviour.pollsUntilSettled },
      () => 'DELETE_IN_PROGRESS',
    ),
    last,
  ]
}

/** Logical ids of those that stay; what the template retains is let go of and lives on. */
function deleteResources(stack: StackRecord, operation: Operation, context: Context): string[] {
  const { state } = context
  const retained = retainedIds(stack.deployment.template)
  const left: Record<string, StackResource> = {}
  for (const [logicalId, resource] of Object.entries(stack.deployment.resources)) {
    const { type, physicalId } = resource
    const isRetained = retained.has(logicalId)
    const reason = isRetained ? undefined : holdOf(stack, logicalId, resource, context)
    const status = isRetained
      ? 'DELETE_SKIPPED'
      : reason === undefined
        ? 'DELETE_COMPLETE'
        : 'DELETE_FAILED'
    const event = { logicalId, physicalId, type, status }
    record(stack, operation, context, reason === undefined ? event : { ...event, reason })
    if (reason !== undefined) left[logicalId] = { ...resource, status, reason }
    else if (!isRetained && type === 'AWS::S3::Bucket') delete state.buckets[physicalId]
  }
  const functions = Object.entries(stack.deployment.functions).filter(([id]) => id in left)
  stack.deployment = {
    ...stack.deployment,
    resources: left,
    functions: Object.fromEntries(functions),
  }
  return Object.keys(left)
}

function holdOf(
  stack: StackRecord,
  logicalId: string,
  { type, physicalId }: StackResource,
  { state }: Context,
): string | undefined {
  const objects = state.buckets[physicalId]?.objects ?? {}
  if (type === 'AWS::S3::Bucket' && Object.keys(objects).length > 0)
    return `Resource handler returned message: "The bucket you tried to delete is not empty (Service: S3, Status Code: 409, Request ID: stand-in)" (RequestToken: stand-in, HandlerErrorCode: GeneralServiceException)`
  return stack.holds?.[logicalId]
}

function retainedIds(template: string): ReadonlySet<string> {
  const document: unknown = template === '' ? {} : JSON.parse(template)
  const resources =
    isRecord(document) && isRecord(document['Resources']) ? document['Resources'] : {}
  const retained = Object.entries(resources).filter(
    ([, resource]) => isRecord(resource) && resource['DeletionPolicy'] === 'Retain',
  )
  return new Set(retained.map(([logicalId]) => logicalId))
}
