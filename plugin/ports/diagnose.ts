import type { FunctionState } from '../core/events/function-state.ts'
import type { StackEvent } from '../core/events/stack-event.ts'
import type { KnownStack } from './destroy.ts'

/** What `diagnose` asks of AWS. */
export interface DiagnosePorts {
  readonly findStack: (nameOrId: string) => Promise<KnownStack | undefined>
  /**
   * Oldest first, back to where the last operation began.
   * @param stackId its ARN
   */
  readonly lastEvents: (stackId: string) => Promise<readonly StackEvent[]>
  /** Why failed validations are not among the events. */
  readonly blind: () => string | undefined
  readonly functionStates: (stack: KnownStack) => Promise<readonly FunctionState[]>
  /** What the app calls the functions of a deployed stack, by logical id. */
  readonly appNames: (stackName: string) => Promise<ReadonlyMap<string, string>>
}
