import type { InitError } from '../start/start-outcome.ts'

/** An error that a function, or Lambda in its place, answers with. */
export interface FunctionError extends InitError {
  /** While the function was loaded, or while it had the event. */
  readonly phase: 'init' | 'invoke'
}

/** How one event went. */
export interface Invocation {
  readonly requestId: string
  /** Absent: the function did not come up, or was up already. */
  readonly initMilliseconds?: number
  /** From the event's delivery until the function asked for the next one. */
  readonly milliseconds: number
  /** Bytes, of all its processes together; absent where it cannot be known. */
  readonly peakMemory?: number
  /** Absent: it answered. */
  readonly error?: FunctionError
}

/** The head of an answer that comes in chunks. */
export interface AnswerHead {
  readonly streamed: boolean
  readonly contentType: string
}

/** Told while an event is answered. */
export interface InvocationListener {
  readonly onOutput: (text: string) => void
  readonly onAnswer: (head: AnswerHead) => void
  readonly onChunk: (bytes: Uint8Array) => void
}

/** @param seconds the function's `Timeout` */
export function timedOut(requestId: string, seconds: number): FunctionError {
  const message = `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`
  return { phase: 'invoke', type: 'Sandbox.Timedout', message, trace: [] }
}

/** The process ended before the answer was there. */
export function exited(
  phase: FunctionError['phase'],
  requestId: string,
  { code, signal }: { readonly code: number | null; readonly signal: string | null },
): FunctionError {
  const how = signal === null ? `exit status ${code}` : `signal: ${signalWords[signal] ?? signal}`
  const message =
    code === 0
      ? `RequestId: ${requestId} Error: Runtime exited without providing a reason`
      : `RequestId: ${requestId} Error: Runtime exited with error: ${how}`
  return { phase, type: 'Runtime.ExitError', message, trace: [] }
}

/** Go's words, which Lambda's log has. */
const signalWords: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
}
