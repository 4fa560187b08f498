import type { Necessity } from '../edges/edge.ts'
import { errorCode } from './init-error.ts'
import { missingModule } from './missing-module.ts'
import { placeholder } from './function-variables.ts'
import type { InitError, StartOutcome } from './start-outcome.ts'

/** What is known of a function that was started. */
export interface StartedFunction {
  /** `'get /'` */
  readonly name: string
  /** MiB. */
  readonly memory: number
  /** Seconds that one call may take. */
  readonly timeout: number
  /** Variables whose values only CloudFormation knows. */
  readonly placeholders: readonly string[]
  /** It ran on an emulated processor: nothing is said of time, signals and memory. */
  readonly emulated: boolean
  /** Where a file of the image has written out the name of the module that is missing. */
  readonly asked: WrittenEdge | undefined
  /** Whether the image has the path and Lambda's user may not read it. */
  readonly isUnreadable: (path: string) => boolean
}

export interface WrittenEdge {
  /** `/var/task/http/get-index/index.cjs:12` */
  readonly place: string
  readonly necessity: Necessity
}

/**
 * `refused`: it does not start in Lambda either. `unproven`: something unknown here may be why.
 * `emulated`: an emulated processor tells nothing of time and signals.
 */
export type StartVerdict =
  | { readonly kind: 'starts'; readonly notes: readonly string[] }
  | { readonly kind: 'refused' | 'unproven' | 'emulated'; readonly reason: string }

/** Lambda's init phase; then it starts the function once more, within its timeout. */
export const initSeconds = 10

/**
 * Refuses only what nothing that is unknown here can be the reason for; the values of CloudFormation,
 * the network, credentials and time are unknown.
 */
export function judgeStart(outcome: StartOutcome, lambda: StartedFunction): StartVerdict {
  const { output, seconds } = outcome
  switch (outcome.kind) {
    case 'ready':
      return { kind: 'starts', notes: readyNotes(outcome, lambda) }
    case 'init-error':
      return judgeInitError(outcome.error, output, lambda)
    case 'crashed':
      return unproven(`it crashes after it was loaded: ${lastError(output)}`, lambda)
    case 'timeout':
      return ofEmulation(
        unproven(`it was not ready after ${Math.round(seconds)} s`, lambda),
        lambda,
      )
    default: {
      const how = outcome.signal === null ? `exit code ${outcome.code}` : outcome.signal
      const ended = `its process ended with ${how} before it asked for an event${said(output)}`
      // A shell tells a signal by a code above 128.
      const isSignal = outcome.signal !== null || (outcome.code ?? 0) > 128
      const verdict = unproven(ended, lambda)
      return isSignal ? ofEmulation(verdict, lambda) : verdict
    }
  }
}

interface Unproven {
  readonly kind: 'unproven'
  readonly reason: string
}

function ofEmulation(verdict: Unproven, { emulated }: StartedFunction): StartVerdict {
  return emulated ? { ...verdict, kind: 'emulated' } : verdict
}

function readyNotes(
  { seconds, peakMemory }: StartOutcome & { readonly kind: 'ready' },
  { name, memory, timeout, emulated }: StartedFunction,
): readonly string[] {
  if (emulated) return []
  const notes: string[] = []
  if (seconds > initSeconds)
    notes.push(
      `${name} took ${seconds.toFixed(1)} s to start here: Lambda gives it ${initSeconds} s, then starts it once more within its timeout of ${timeout} s`,
    )
  const peak = Math.ceil((peakMemory ?? 0) / 2 ** 20)
  if (peak > memory)
    notes.push(
      `${name} had ${peak} MB in memory when it was ready, and its own limit is ${memory} MB: Lambda would end it`,
    )
  return notes
}

/** What Lambda's clients find before, or instead of, running anything of the function's. */
const certainTypes: Readonly<Record<string, string>> = {
  'Runtime.InvalidEntrypoint': 'Name an executable program of the image as its entry point.',
  'Runtime.InvalidWorkingDir': 'The image needs the folder /var/task.',
  'Runtime.MalformedHandlerName': "Take '..' and odd dots out of the handler's name.",
  'Runtime.HandlerNotFound': 'Export the handler under the name that the function has for it.',
  'Runtime.CallbackHandlerDeprecated':
    'Make the handler an async function of one or two parameters, also the one that a wrapper returns.',
  'Runtime.MalformedStreamingHandler':
    "Use awslambda.streamifyResponse as it comes, with 'response' only.",
}

function judgeInitError(error: InitError, output: string, lambda: StartedFunction): StartVerdict {
  const seen = `${error.type}: ${firstLine(error.message)}`
  // Whatever shows a placeholder may be its work.
  if (error.message.includes(placeholder)) return unproven(seen, lambda)
  const cure = certainTypes[error.type]
  if (cure !== undefined) return refused(seen, cure)
  if (error.type === 'Runtime.UserCodeSyntaxError')
    return isAtLoad(error)
      ? refused(
          seen,
          `Correct ${place(error)}, or ship it as what it is: .cjs for CommonJS, .mjs for an ES module.`,
        )
      : unproven(seen, lambda)
  const code = errorCode(error, output)
  const missing = missingModule(error)
  if (missing !== undefined) return judgeMissing(missing.specifier, seen, lambda)
  if (code === 'ERR_DLOPEN_FAILED')
    return refused(
      seen,
      "Install the package for the function's platform, with the system libraries that its native file needs.",
    )
  if (code === 'EROFS') return refused(seen, 'Only /tmp can be written in Lambda: write there.')
  const path = /'(\/[^']+)'/.exec(error.message)?.[1]
  if (code === 'EACCES' && path !== undefined && lambda.isUnreadable(path))
    return refused(
      seen,
      `Lambda's user is not root and may not read ${path}: let the image have it with mode 0644, folders with 0755.`,
    )
  return unproven(seen, lambda)
}

function judgeMissing(specifier: string, seen: string, lambda: StartedFunction): StartVerdict {
  const { asked, placeholders } = lambda
  const isConditional = asked?.necessity !== 'eager' && placeholders.length > 0
  if (asked === undefined || asked.necessity === 'tolerated' || isConditional)
    return unproven(seen, lambda)
  return refused(
    seen,
    `${asked.place} asks for '${specifier}', and the image does not have it. Add it to the image's packages, or correct the name.`,
  )
}

function refused(seen: string, cure: string): StartVerdict {
  return { kind: 'refused', reason: `${seen}. ${cure}` }
}

function unproven(seen: string, { placeholders, emulated }: StartedFunction): Unproven {
  const unknown = [
    'the network',
    'credentials',
    ...(emulated ? ['the real processor'] : []),
    ...(placeholders.length === 0 ? [] : [`the values of ${placeholders.join(', ')}`]),
  ]
  return { kind: 'unproven', reason: `${seen}. Unknown here: ${unknown.join(', ')}.` }
}

/**
 * A file that cannot be parsed, and not a text that running code gave to JSON.parse, RegExp or eval:
 * then the first call on the stack is Node's loader. Python names the file.
 */
function isAtLoad({ message, trace }: InitError): boolean {
  const calls = trace.filter((line) => /^\s+at /.test(line))
  const [first, second] = calls
  if (first === undefined) return !/\(<(?:string|unknown)>/.test(message)
  const isLoader = (call = ''): boolean =>
    /\bnode:internal\/(?:modules|vm)|\bnode:vm|at wrapSafe|at compileSourceTextModule/.test(call)
  return isLoader(first) || (/at JSON\.parse|at parse /.test(first) && isLoader(second))
}

/** Node puts file and line before the message. */
function place({ message, trace }: InitError): string {
  const file = /^(?:file:\/\/)?(\/\S+:\d+)$/.exec(trace[0] ?? '')?.[1]
  return file ?? /\((\S+\.py, line \d+)\)/.exec(message)?.[1] ?? 'it'
}

/** The line of an uncaught error in what Node printed. */
function lastError(output: string): string {
  const lines = output.split('\n')
  return (
    lines.findLast((line) => /^(?:\[)?[A-Z]\w*(?:Error|Exception)?\b.*: /.test(line)) ??
    'see its log'
  )
}

function said(output: string): string {
  const last = output.trim().split('\n').at(-1)?.slice(0, 300) ?? ''
  return last === '' ? '' : `; it printed '${last}'`
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 500) ?? ''
}
