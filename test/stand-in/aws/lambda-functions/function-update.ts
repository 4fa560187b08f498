import { randomUUID } from 'node:crypto'

import type { DeployedFunction } from '../cloudformation/stack.ts'
import type { Context } from '../context.ts'
import type { State } from '../state.ts'

/** What Lambda knows of a function beside what its stack deployed. */
export interface FunctionUpdate {
  /** What UpdateFunctionCode put in place; CloudFormation does not know of it. */
  readonly code?: {
    readonly imageUri: string
    readonly resolvedImageUri: string
    readonly startError?: string
  }
  /** Another one after each change. */
  readonly revision: string
  /** Milliseconds. */
  readonly modified: number
  /** How many more looks find the update under way. */
  readonly looksLeft: number
  readonly failure?: UpdateFailure
  /** Absent: Active. Tests set it. */
  readonly state?: UpdateFailure & { readonly state: string }
}

/** How an update that Lambda took ends all the same. */
export interface UpdateFailure {
  /** Of the 41 values of `LastUpdateStatusReasonCode`. */
  readonly code: string
  readonly reason: string
}

/** The function as Lambda runs it, which can be another image than its stack deployed. */
export function runningFunction(found: DeployedFunction, state: State): DeployedFunction {
  const code = state.functionUpdates[found.functionName]?.code
  if (code === undefined) return found
  const { startError: _, ...rest } = found
  return {
    ...rest,
    properties: { ...found.properties, ImageUri: code.imageUri },
    resolvedImageUri: code.resolvedImageUri,
    ...(code.startError !== undefined && { startError: code.startError }),
  }
}

/** CloudFormation put a function's code in place, at a deploy or when it rolled one back. */
export function forgetUpdate(functionName: string, { state }: Context): void {
  delete state.functionUpdates[functionName]
}

export function revisionOf(functionName: string, { state, now }: Context): FunctionUpdate {
  return (state.functionUpdates[functionName] ??= {
    revision: randomUUID(),
    modified: now(),
    looksLeft: 0,
  })
}

/** A look at a function that is being updated finds it one step further. */
export function lookAt(functionName: string, context: Context): FunctionUpdate {
  const seen = revisionOf(functionName, context)
  if (seen.looksLeft > 0)
    context.state.functionUpdates[functionName] = { ...seen, looksLeft: seen.looksLeft - 1 }
  return seen
}
