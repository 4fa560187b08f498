import pLimit from 'p-limit'

import { recordOf } from '../../core/basics/is-record.ts'
import type { FunctionState } from '../../core/events/function-state.ts'
import type { KnownStack } from '../../ports/destroy.ts'
import { awsCodeOf } from './aws-error.ts'
import type { Aws } from './client.ts'
import { fieldOf } from './members.ts'
import { pages } from './stacks.ts'

/** Lambda allows 100 GetFunction a second and account. */
const atOnce = 8

/** What Lambda says of each function of a stack; those that are gone meanwhile are left out. */
export async function readFunctionStates(
  aws: Aws,
  { id, name }: KnownStack,
): Promise<readonly FunctionState[]> {
  const list = 'StackResourceSummaries'
  const found = await pages(aws, 'ListStackResources', { StackName: id }, list, `stack '${name}'`)
  const limit = pLimit(atOnce)
  const states = found
    .filter((resource) => fieldOf(resource, 'ResourceType') === 'AWS::Lambda::Function')
    .filter((resource) => fieldOf(resource, 'PhysicalResourceId') !== '')
    .map((resource) =>
      limit(() =>
        readState(
          aws,
          fieldOf(resource, 'LogicalResourceId'),
          fieldOf(resource, 'PhysicalResourceId'),
        ),
      ),
    )
  return (await Promise.all(states)).filter((state) => state !== undefined)
}

async function readState(
  aws: Aws,
  logicalId: string,
  functionName: string,
): Promise<FunctionState | undefined> {
  const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}`
  try {
    const answer = await aws.lambda('GetFunction', { path }, `function '${functionName}'`)
    const configuration = recordOf(answer['Configuration'])
    return {
      logicalId,
      functionName,
      state: fieldOf(configuration, 'State'),
      stateCode: fieldOf(configuration, 'StateReasonCode'),
      stateReason: fieldOf(configuration, 'StateReason'),
      updateStatus: fieldOf(configuration, 'LastUpdateStatus'),
      updateCode: fieldOf(configuration, 'LastUpdateStatusReasonCode'),
      updateReason: fieldOf(configuration, 'LastUpdateStatusReason'),
    }
  } catch (error) {
    if (awsCodeOf(error) === 'ResourceNotFoundException') return undefined
    throw error
  }
}
