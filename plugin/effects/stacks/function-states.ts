import pLimit from 'p-limit'

import { recordOf } from '../../core/basics/is-record.ts'
import type { FunctionState } from '../../core/events/function-state.ts'
import type { KnownStack } from '../../ports/destroy.ts'
import type { Aws } from '../aws/client.ts'
import { functionNames } from './deployed-stacks.ts'
import { getFunction } from '../lambda/get-function.ts'
import { fieldOf } from '../aws/members.ts'

/** Lambda allows 100 GetFunction a second and account. */
const atOnce = 8

/** What Lambda says of each function of a stack; those that are gone meanwhile are left out. */
export async function readFunctionStates(
  aws: Aws,
  stack: KnownStack,
): Promise<readonly FunctionState[]> {
  const limit = pLimit(atOnce)
  const states = (await functionNames(aws, stack)).map(({ logicalId, name }) =>
    limit(() => readState(aws, logicalId, name)),
  )
  return (await Promise.all(states)).filter((state) => state !== undefined)
}

async function readState(
  aws: Aws,
  logicalId: string,
  functionName: string,
): Promise<FunctionState | undefined> {
  const answer = await getFunction(aws, functionName)
  if (answer === undefined) return undefined
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
}
