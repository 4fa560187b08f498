import { randomUUID } from 'node:crypto'

import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'
import { listParameter } from '../query-protocol.ts'
import { deploy } from './deploy.ts'
import { requireMembers } from './members.ts'
import { processedTemplate } from './processed.ts'
import { requestTemplate } from './request-template.ts'
import { stackParameters } from './stack-parameters.ts'
import {
  findStack,
  type Deployment,
  newOperation,
  ofStack,
  record,
  type StackRecord,
} from './stack.ts'
import type { Template } from './template.ts'

const emptyDeployment: Deployment = {
  template: '',
  functions: {},
  resources: {},
  outputs: {},
}

function checkCapabilities(template: Template, capabilities: readonly string[]): void {
  const needed: string[] = []
  const makesRoles = Object.values(template.resources).some(({ Type }) =>
    /^AWS::(IAM::|Serverless::Function$)/.test(Type),
  )
  if (makesRoles && !capabilities.some((name) => /^CAPABILITY_(NAMED_)?IAM$/.test(name)))
    needed.push('CAPABILITY_IAM')
  if (template.transforms.length > 0 && !capabilities.includes('CAPABILITY_AUTO_EXPAND'))
    needed.push('CAPABILITY_AUTO_EXPAND')
  if (needed.length > 0)
    throw new AwsFault(
      'InsufficientCapabilitiesException',
      `Requires capabilities : [${needed.join(', ')}]`,
    )
}

function tagsOf(parameters: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {}
  for (let index = 1; parameters.has(`Tags.member.${index}.Key`); index++)
    tags[parameters.get(`Tags.member.${index}.Key`) ?? ''] =
      parameters.get(`Tags.member.${index}.Value`) ?? ''
  return tags
}

const cleanup = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'

/** Runs the deploy and lays out the states that polls will see one after the other. */
async function settle(
  stack: StackRecord,
  template: Template,
  verb: 'CREATE' | 'UPDATE',
  context: Context,
): Promise<void> {
  const rollback = verb === 'CREATE' ? 'ROLLBACK' : 'UPDATE_ROLLBACK'
  const operation = newOperation(`${verb}_STACK`)
  record(stack, operation, context, ofStack(stack, `${verb}_IN_PROGRESS`, 'User Initiated'))
  const outcome = await deploy(stack, template, context)
  record(stack, operation, context, ...outcome.events)
  const polls = context.behaviour.pollsUntilSettled
  const working = (status: string): string[] => Array.from({ length: polls }, () => status)
  if (outcome.kind === 'deployed') {
    stack.deployment = outcome.deployment
    stack.upcoming = [
      ...working(`${verb}_IN_PROGRESS`),
      ...(outcome.replaced ? working(cleanup) : []),
      `${verb}_COMPLETE`,
    ]
    if (outcome.replaced) record(stack, operation, context, ofStack(stack, cleanup))
    record(stack, operation, context, ofStack(stack, `${verb}_COMPLETE`))
    return
  }
  const last = outcome.kind === 'failed' ? `${rollback}_COMPLETE` : `${rollback}_FAILED`
  stack.reason = outcome.reason
  const back = newOperation('ROLLBACK')
  record(stack, back, context, ofStack(stack, `${rollback}_IN_PROGRESS`, outcome.reason))
  record(stack, back, context, ofStack(stack, last))
  stack.upcoming = [...working(`${verb}_IN_PROGRESS`), ...working(`${rollback}_IN_PROGRESS`), last]
  if (verb === 'CREATE') stack.deployment = { ...emptyDeployment, template: template.text }
}

export async function createStack(
  parameters: URLSearchParams,
  context: Context,
): Promise<{ StackId: string }> {
  const name = parameters.get('StackName') ?? ''
  const { state, region, account } = context
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name))
    throw new AwsFault(
      'ValidationError',
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    )
  if (findStack(state.stacks, name) !== undefined)
    throw new AwsFault('AlreadyExistsException', `Stack [${name}] already exists`)
  const template = await requestTemplate(parameters, context)
  const capabilities = listParameter(parameters, 'Capabilities')
  checkCapabilities(template, capabilities)
  const stack: StackRecord = {
    id: `arn:aws:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`,
    name,
    created: context.now(),
    status: 'CREATE_IN_PROGRESS',
    upcoming: [],
    capabilities,
    tags: tagsOf(parameters),
    parameters: stackParameters(parameters, template),
    deployment: emptyDeployment,
    events: [],
  }
  state.stacks.push(stack)
  await settle(stack, template, 'CREATE', context)
  return { StackId: stack.id }
}

const updatable = /^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/

export async function updateStack(
  parameters: URLSearchParams,
  context: Context,
): Promise<{ StackId: string }> {
  requireMembers('UpdateStack', parameters)
  const name = parameters.get('StackName') ?? ''
  const stack = findStack(context.state.stacks, name)
  if (stack === undefined) throw new AwsFault('ValidationError', `Stack [${name}] does not exist`)
  if (!updatable.test(stack.status))
    throw new AwsFault(
      'ValidationError',
      `Stack:${stack.id} is in ${stack.status} state and can not be updated.`,
    )
  const template = await requestTemplate(parameters, context, stack.deployment.template)
  const capabilities = listParameter(parameters, 'Capabilities')
  checkCapabilities(template, capabilities)
  // After the transform, without the description: Architect writes the time into it.
  const values = stackParameters(parameters, template, stack.parameters)
  const same =
    processedTemplate(template.text) === processedTemplate(stack.deployment.template) &&
    JSON.stringify(values) === JSON.stringify(stack.parameters ?? {})
  if (same && context.behaviour.identicalUpdate === 'refused')
    throw new AwsFault('ValidationError', 'No updates are to be performed.')
  stack.updated = context.now()
  stack.status = 'UPDATE_IN_PROGRESS'
  delete stack.reason
  stack.capabilities = capabilities
  // Without the member they stay; an empty list removes them.
  if ([...parameters.keys()].some((key) => key.startsWith('Tags'))) stack.tags = tagsOf(parameters)
  const before = stack.parameters
  stack.parameters = values
  await settle(stack, template, 'UPDATE', context)
  if (stack.deployment.template !== template.text && before !== undefined) stack.parameters = before
  return { StackId: stack.id }
}
