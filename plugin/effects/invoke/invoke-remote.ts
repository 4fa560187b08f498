import type { FunctionError } from '../../core/invoke/invocation.ts'
import { parseInitError } from '../../core/start/init-error.ts'
import type { Aws } from '../aws/client.ts'

/** How Lambda answered. */
export interface RemoteInvocation {
  readonly payload: Uint8Array
  /** The last 4 kB of the function's log, with Lambda's own REPORT line. */
  readonly logs: string
  /** Absent: it answered. */
  readonly error?: FunctionError
}

/**
 * Hands one event to a deployed function and waits for its answer.
 * @param event JSON
 * @throws ContainerImageError AWS_DENIED, AWS_FAILED
 */
export async function invokeRemote(
  aws: Aws,
  functionName: string,
  event: string,
): Promise<RemoteInvocation> {
  const { payload, headers } = await aws.invoke(functionName, event)
  const tail = headers['x-amz-log-result']
  const logs = typeof tail === 'string' ? Buffer.from(tail, 'base64').toString() : ''
  if (headers['x-amz-function-error'] === undefined) return { payload, logs }
  const error = parseInitError(Buffer.from(payload).toString())
  return { payload, logs, error: { phase: 'invoke', ...error } }
}
