import type { FunctionFault } from './function-state.ts'
import type { StackOperation } from './last-operation.ts'
import { type ServiceWords, serviceWords, withoutValues } from './service-words.ts'
import type { StackEvent } from './stack-event.ts'
import { headingFor } from './troubleshooting.ts'

/** What became of the last operation on a stack, and why. */
export interface Diagnosis {
  readonly stackName: string
  /** CloudFormation's `StackStatus`; absent when there is no stack. */
  readonly status?: string
  /** Absent when nothing was begun, or nothing in the time that was asked for. */
  readonly operation?: Pick<StackOperation, 'kind' | 'started' | 'outcome'>
  /** The root cause first. */
  readonly causes: readonly Cause[]
  /** What failed on the way back. */
  readonly rollbackCauses: readonly Cause[]
  /** Functions that are deployed and not Active. */
  readonly functions: readonly FunctionFault[]
  /** How many functions were looked at. */
  readonly looked: number
  /** What could not be seen, and what would let it be seen. */
  readonly notes: readonly string[]
}

/** Something that failed, in the words of CloudFormation and of the service behind it. */
export interface Cause {
  readonly logicalId: string
  /** As the app names it, `scheduled compact`; only functions have one. */
  readonly name?: string
  readonly type: string
  readonly status: string
  /** As CloudFormation has it, without values of variables. */
  readonly reason: string
  /** The part of the reason that another service said. */
  readonly service?: ServiceWords
  /** Where in the template. */
  readonly path?: string
  /** A heading in docs/troubleshooting.md. */
  readonly heading?: string
}

/** @param names what the app calls its functions, by logical id */
export function causeOf(event: StackEvent, names: ReadonlyMap<string, string>): Cause {
  const { logicalId, type, status, path } = event
  const reason = withoutValues(event.reason)
  const service = serviceWords(reason)
  const name = names.get(logicalId)
  const heading = headingFor(`${status} ${reason}`)
  return {
    logicalId,
    type,
    status,
    reason,
    ...(name !== undefined && { name }),
    ...(service !== undefined && { service }),
    ...(path !== undefined && { path }),
    ...(heading !== undefined && { heading }),
  }
}

/** Whether there is something to be mended. */
export function isUnwell({ status, operation, functions }: Diagnosis): boolean {
  return status === undefined || operation?.outcome === 'failed' || functions.length > 0
}
