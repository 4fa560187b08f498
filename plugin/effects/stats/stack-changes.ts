import type { StackChange } from '../../core/stats/stack-history.ts'
import type { KnownStack } from '../../ports/destroy.ts'
import type { Aws } from '../aws/client.ts'
import { fieldOf } from '../aws/members.ts'
import { pages } from '../aws/stacks.ts'

/** All events that CloudFormation has of a stack: it keeps those of 90 days. */
export async function stackChanges(aws: Aws, stack: KnownStack): Promise<readonly StackChange[]> {
  const input = { StackName: stack.id }
  const resource = `stack '${stack.name}'`
  const events = await pages(aws, 'DescribeStackEvents', input, 'StackEvents', resource)
  return events.map((event) => ({
    logicalId: fieldOf(event, 'LogicalResourceId'),
    physicalId: fieldOf(event, 'PhysicalResourceId'),
    type: fieldOf(event, 'ResourceType'),
    status: fieldOf(event, 'ResourceStatus'),
    time: Date.parse(fieldOf(event, 'Timestamp')),
  }))
}
