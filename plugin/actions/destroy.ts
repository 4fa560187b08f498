import { count } from '../core/basics/count.ts'
import { stackFate } from '../core/stack/stack-fate.ts'
import { ContainerImageError } from '../errors.ts'
import type { DeletionMode, DestroyPorts, KnownStack, StackResource } from '../ports/destroy.ts'

export interface DestroyOptions {
  readonly stackName: string
  /** A stack that a deploy can update stays: for the step before a deploy. */
  readonly onlyStuck?: boolean
}

/** `kept`: it can be updated, and only a stuck one was to go. */
export type DestroyResult = 'deleted' | 'absent' | 'kept'

/** A bucket that fills up while it is being deleted, a role still in use for a moment. */
const attempts = 3

/** Half an hour at five seconds: a DynamoDB table or a CloudFront distribution takes its time. */
const polls = 360

/**
 * Deletes a stack in whatever state it is, and what CloudFormation leaves behind: objects that keep
 * a bucket from going, and log groups, which Lambda makes on its own.
 * @throws ContainerImageError STACK_BUSY, STACK_NOT_DELETED with each resource that stayed and why
 */
export async function destroyStack(
  { stackName, onlyStuck = false }: DestroyOptions,
  ports: DestroyPorts,
): Promise<DestroyResult> {
  const found = await atRest(stackName, ports)
  if (onlyStuck && stackFate(found?.status) === 'usable') return 'kept'
  if (found !== undefined && stackFate(found.status) !== 'gone')
    // A deploy follows at once where only a stuck one goes, and would meet what is still on its way.
    await deleteWithContents(found, onlyStuck ? 'standard' : 'express', ports)
  if (onlyStuck && found === undefined) return 'absent'
  const logs = await ports.deleteLogGroups(`/aws/lambda/${stackName}-`)
  if (logs > 0) ports.say(`Deleted ${count(logs, 'log group')}`)
  return found === undefined ? 'absent' : 'deleted'
}

async function deleteWithContents(
  stack: KnownStack,
  mode: DeletionMode,
  ports: DestroyPorts,
): Promise<void> {
  let parts: readonly StackResource[] = []
  for (let attempt = 1; attempt <= attempts; attempt++) {
    parts = await ports.listResources(stack)
    for (const { type, retained, physicalId } of parts) {
      if (type !== 'AWS::S3::Bucket' || retained || physicalId === '') continue
      const emptied = await ports.emptyBucket(physicalId)
      if (emptied > 0) ports.say(`Emptied bucket ${physicalId}: ${emptied} object versions`)
    }
    ports.say(`Deleting stack ${stack.name} (${stack.status})`)
    // What held a resource may have been the deletion of another one that was still on its way.
    await ports.deleteStack(stack, attempt === 1 ? mode : 'standard')
    const after = await atRest(stack.id, ports)
    if (stackFate(after?.status) === 'gone') return
    ports.say(`${stack.name}: ${after?.status ?? ''} ${after?.reason ?? ''}`.trimEnd())
  }
  const held = (await ports.listResources(stack)).filter(({ status }) => status === 'DELETE_FAILED')
  const lines = held.map(
    ({ logicalId, type, physicalId, reason }) =>
      `- ${logicalId} (${type} ${physicalId}): ${reason ?? 'no reason given'}`,
  )
  throw new ContainerImageError(
    'STACK_NOT_DELETED',
    `CloudFormation could not delete stack '${stack.name}' in ${attempts} attempts.\n${lines.join('\n')}\nRemove what holds these, or delete the stack in CloudFormation's console with them retained; then run this again.`,
  )
}

/** Waits out what CloudFormation has under way: a stack at work can be neither updated nor deleted. */
async function atRest(nameOrId: string, ports: DestroyPorts): Promise<KnownStack | undefined> {
  for (let poll = 0; poll < polls; poll++) {
    const stack = await ports.findStack(nameOrId)
    if (stackFate(stack?.status) !== 'busy') return stack
    if (poll === 0) ports.say(`Waiting for ${stack?.name ?? nameOrId} (${stack?.status ?? ''})`)
    await ports.wait()
  }
  throw new ContainerImageError(
    'STACK_BUSY',
    `Stack '${nameOrId}' is still at work after half an hour. Look at its events in CloudFormation's console, then run this again.`,
  )
}
