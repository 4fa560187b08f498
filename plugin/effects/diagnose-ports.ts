import { appNames } from '../core/arc/metadata-name.ts'
import { hasBeginning } from '../core/events/last-operation.ts'
import type { DiagnosePorts } from '../ports/diagnose.ts'
import type { Aws } from './aws/client.ts'
import { readFunctionStates } from './stacks/function-states.ts'
import { readLiveStack } from './stacks/live-stack.ts'
import { openStackEvents } from './stacks/stack-events.ts'
import { findStack } from './stacks/stacks.ts'

/** The effects of `diagnose`, and of what `report` tells of a failure. */
export function createDiagnosePorts(aws: Aws): DiagnosePorts {
  const events = openStackEvents(aws)
  return {
    findStack: (nameOrId) => findStack(aws, nameOrId),
    lastEvents: (stackId) => events.read(stackId, hasBeginning),
    blind: events.blind,
    functionStates: (stack) => readFunctionStates(aws, stack),
    async appNames(stackName) {
      const live = await readLiveStack({ aws, stackName })
      return appNames(live?.kind === 'live' ? [...live.functions.values()] : [])
    },
  }
}
