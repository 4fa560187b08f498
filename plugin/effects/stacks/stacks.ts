import type { KnownStack, StackResource } from '../../ports/destroy.ts'
import { isRecord } from '../../core/basics/is-record.ts'
import { awsCodeOf } from '../aws/aws-error.ts'
import type { Aws } from '../aws/client.ts'
import { fieldOf, memberTexts, membersOf } from '../aws/members.ts'

type Entry = Readonly<Record<string, unknown>>

/** The stack, also a deleted one when it is asked for by its ARN; `undefined` when there is none. */
export async function findStack(aws: Aws, nameOrId: string): Promise<KnownStack | undefined> {
  try {
    const answer = await aws.cloudformation(
      'DescribeStacks',
      { StackName: nameOrId },
      `stack '${nameOrId}'`,
    )
    const [first] = membersOf(answer['Stacks'])
    return first === undefined ? undefined : stackOf(first)
  } catch (error) {
    const text = error instanceof Error ? error.message : ''
    if (awsCodeOf(error) === 'ValidationError' && text.includes('does not exist')) return undefined
    throw error
  }
}

function stackOf(entry: Entry): KnownStack {
  const reason = fieldOf(entry, 'StackStatusReason')
  const changed = fieldOf(entry, 'LastUpdatedTime') || fieldOf(entry, 'CreationTime')
  const outputs = membersOf(entry['Outputs'])
  return {
    id: fieldOf(entry, 'StackId'),
    name: fieldOf(entry, 'StackName'),
    status: fieldOf(entry, 'StackStatus'),
    changed: Date.parse(changed),
    outputs: Object.fromEntries(
      outputs.map((output) => [fieldOf(output, 'OutputKey'), fieldOf(output, 'OutputValue')]),
    ),
    ...('Capabilities' in entry && { capabilities: memberTexts(entry['Capabilities']) }),
    ...(reason !== '' && { reason }),
  }
}

/**
 * Every stack of the region that is not deleted, of every page; without outputs. ListStacks tells
 * names and states only, so that a role which may ask it learns nothing else of others' stacks.
 */
export async function listStacks(aws: Aws): Promise<readonly KnownStack[]> {
  const list = 'StackSummaries'
  const found = await pages(aws, 'ListStacks', {}, list, 'the stacks of the region')
  return found.map(stackOf).filter(({ status }) => status !== 'DELETE_COMPLETE')
}

/** The resources that a stack has or had, with what its template says of their end. */
export async function listResources(
  aws: Aws,
  stack: KnownStack,
): Promise<readonly StackResource[]> {
  const resource = `stack '${stack.name}'`
  const input = { StackName: stack.id }
  const [entries, policies] = await Promise.all([
    pages(aws, 'ListStackResources', input, 'StackResourceSummaries', resource),
    deletionPolicies(aws, stack),
  ])
  return entries.map((entry) => {
    const logicalId = fieldOf(entry, 'LogicalResourceId')
    const reason = fieldOf(entry, 'ResourceStatusReason')
    return {
      logicalId,
      physicalId: fieldOf(entry, 'PhysicalResourceId'),
      type: fieldOf(entry, 'ResourceType'),
      status: fieldOf(entry, 'ResourceStatus'),
      // Without the template nothing is known of its end, so nothing of it is emptied.
      retained: policies === undefined || (policies.get(logicalId) ?? 'Delete') !== 'Delete',
      ...(reason !== '' && { reason }),
    }
  })
}

async function deletionPolicies(
  aws: Aws,
  stack: KnownStack,
): Promise<ReadonlyMap<string, string> | undefined> {
  const input = { StackName: stack.id, TemplateStage: 'Original' }
  const answer = await aws.cloudformation('GetTemplate', input, `stack '${stack.name}'`)
  try {
    const template: unknown = JSON.parse(String(answer['TemplateBody']))
    const resources = isRecord(template) && isRecord(template['Resources'])
    if (!resources) return undefined
    return new Map(
      Object.entries(Object(template['Resources'])).map(([logicalId, resource]) => [
        logicalId,
        isRecord(resource) ? fieldOf(resource, 'DeletionPolicy') || 'Delete' : 'Delete',
      ]),
    )
  } catch {
    return undefined
  }
}

/** Every entry of a list of CloudFormation's, of every page. */
export async function pages(
  aws: Aws,
  action: string,
  input: Readonly<Record<string, string>>,
  list: string,
  resource: string,
): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for (let token = ''; ;) {
    const answer = await aws.cloudformation(
      action,
      { ...input, ...(token !== '' && { NextToken: token }) },
      resource,
    )
    entries.push(...membersOf(answer[list]))
    token = fieldOf(answer, 'NextToken')
    if (token === '') return entries
  }
}
