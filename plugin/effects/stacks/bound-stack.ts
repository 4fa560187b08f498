import { setTimeout as sleep } from 'node:timers/promises'

import { stackFate } from '../../core/stack/stack-fate.ts'
import { boundTemplate } from '../../core/template/boundary.ts'
import type { Template } from '../../core/template/template.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Aws } from '../aws/client.ts'
import { findStack } from './stacks.ts'
import { updateStack } from './update-stack.ts'

/** Half an hour at three seconds. */
const polls = 600
const pause = 3000

/**
 * Updates a stack to its own template with the boundary on every role, and waits for the end.
 * @throws ContainerImageError STACK_BUSY, STACK_NOT_BOUND, TEMPLATE_TOO_LONG
 */
export async function boundStack(options: {
  readonly aws: Aws
  readonly stackName: string
  /** As it is deployed. */
  readonly template: Template
  readonly boundary: string
}): Promise<void> {
  const { aws, stackName, template, boundary } = options
  const capabilities = ['CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND']
  await updateStack(
    aws,
    { name: stackName, capabilities },
    boundTemplate(template, boundary).template,
  )
  await untilUpdated(aws, stackName)
}

async function untilUpdated(aws: Aws, stackName: string): Promise<void> {
  for (let poll = 0; poll < polls; poll++) {
    const stack = await findStack(aws, stackName)
    if (stack?.status === 'UPDATE_COMPLETE') return
    if (stackFate(stack?.status) !== 'busy')
      throw new ContainerImageError(
        'STACK_NOT_BOUND',
        `Stack '${stackName}' is ${stack?.status ?? 'gone'}: ${stack?.reason ?? 'no reason given'}. Its roles are as they were. Look at its events in CloudFormation's console.`,
      )
    await sleep(pause)
  }
  throw new ContainerImageError(
    'STACK_BUSY',
    `Stack '${stackName}' is still at work after half an hour. Look at its events in CloudFormation's console, then run this again.`,
  )
}
