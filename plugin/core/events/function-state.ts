import { lambdaReasons } from './lambda-reasons.ts'

/** What Lambda says of a function; texts are empty where it says nothing. */
export interface FunctionState {
  readonly logicalId: string
  /** Lambda's own name of it. */
  readonly functionName: string
  /** `Active`, `Pending`, `Failed`, ... */
  readonly state: string
  readonly stateCode: string
  readonly stateReason: string
  /** `Successful`, `Failed`, `InProgress` */
  readonly updateStatus: string
  readonly updateCode: string
  readonly updateReason: string
}

/** A function that is deployed and cannot be called, or does not run what was deployed. */
export interface FunctionFault {
  readonly logicalId: string
  readonly functionName: string
  /** `get /`; absent when the template does not say. */
  readonly name?: string
  /** `State Failed`, `LastUpdateStatus Failed` */
  readonly seen: string
  /** One of `lambdaReasons`, or newer than those. */
  readonly code?: string
  /** In Lambda's words; empty when it gives none. */
  readonly reason: string
  readonly advice?: string
}

/** @returns `undefined` for a function that is as it should be */
export function functionFault(one: FunctionState): FunctionFault | undefined {
  const { state, stateCode, stateReason, updateStatus, updateCode, updateReason } = one
  if (state !== '' && state !== 'Active')
    return fault(one, `State ${state}`, stateCode, stateReason)
  if (updateStatus !== '' && updateStatus !== 'Successful')
    return fault(one, `LastUpdateStatus ${updateStatus}`, updateCode, updateReason)
  return undefined
}

function fault(
  { logicalId, functionName }: FunctionState,
  seen: string,
  code: string,
  reason: string,
): FunctionFault {
  const advice = Object.hasOwn(lambdaReasons, code) ? lambdaReasons[code] : undefined
  return {
    logicalId,
    functionName,
    seen,
    reason,
    ...(code !== '' && { code }),
    ...(advice !== undefined && { advice }),
  }
}
