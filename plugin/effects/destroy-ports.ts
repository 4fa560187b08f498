import { setTimeout as sleep } from 'node:timers/promises'

import type { DestroyPorts } from '../ports/destroy.ts'
import type { Aws } from './aws/client.ts'
import { deleteStack } from './stacks/delete-stack.ts'
import { emptyBucket } from './stacks/empty-bucket.ts'
import { deleteLogGroups } from './stacks/log-groups.ts'
import { findStack, listResources } from './stacks/stacks.ts'

/** A teardown's effects on AWS. */
export function createDestroyPorts(options: {
  readonly aws: Aws
  readonly say: (message: string) => void
  /** Milliseconds between two looks at a stack at work. */
  readonly pause?: number
}): DestroyPorts {
  const { aws, say, pause = 5000 } = options
  return {
    findStack: (nameOrId) => findStack(aws, nameOrId),
    listResources: (stack) => listResources(aws, stack),
    emptyBucket: (bucket) => emptyBucket(aws, bucket),
    deleteStack: (stack, mode) => deleteStack(aws, stack, mode),
    deleteLogGroups: (prefix) => deleteLogGroups(aws, prefix),
    wait: () => sleep(pause),
    say,
  }
}
