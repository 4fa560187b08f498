import type { FailedResource } from '../../core/report/pull-request-comment.ts'
import type { KnownStack } from '../../ports/destroy.ts'
import type { Aws } from './client.ts'
import { fieldOf, membersOf } from './members.ts'

/** CloudFormation gives up on these because of another one. */
const cancelled = /^Resource (creation|update) cancelled$/

/** What failed in a stack since then (milliseconds); `arc deploy` prints no event of a stack. */
export async function failedResources(
  aws: Aws,
  stack: KnownStack,
  since: number,
): Promise<readonly FailedResource[]> {
  const input = { StackName: stack.id }
  const answer = await aws.cloudformation('DescribeStackEvents', input, `stack '${stack.name}'`)
  return membersOf(answer['StackEvents'])
    .filter((event) => Date.parse(fieldOf(event, 'Timestamp')) >= since)
    .filter((event) => fieldOf(event, 'ResourceStatus').endsWith('_FAILED'))
    .map((event) => ({
      logicalId: fieldOf(event, 'LogicalResourceId'),
      type: fieldOf(event, 'ResourceType'),
      reason: fieldOf(event, 'ResourceStatusReason'),
    }))
    .filter(({ logicalId, reason }) => logicalId !== stack.name && !cancelled.test(reason))
    .toReversed()
}
