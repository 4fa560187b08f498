import { isRecord, textOf } from '../basics/is-record.ts'
import type { LogEntry, LogEvent } from './log-entry.ts'
import { parseJsonEvent } from './parse-json-event.ts'
import { parseReport } from './parse-report.ts'
import { errorOfTrace } from './parse-trace.ts'

const id = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

/** `2026-11-02T14:28:05.123Z\t<request>\tINFO\ttext`, as Lambda's Node client writes it. */
const nodeLine = new RegExp(`^[\\dT:.-]+Z\\t(${id}|undefined)\\t([A-Z]+)\\t(.*)$`, 's')

/** `[INFO]\t2026-11-02T14:28:05.123Z\t<request>\ttext`, as Python's does. */
const pythonLine = new RegExp(`^\\[([A-Z]+)\\]\\t[\\dT:.-]+Z\\t(${id})?\\t(.*)$`, 's')

const timedOut = new RegExp(`^[\\dT:.-]+Z (${id}) (Task timed out after [\\d.]+ seconds)\\s*$`)

/** `RequestId: <request> Error: Runtime exited with error: signal: killed\nRuntime.ExitError` */
const exited = new RegExp(`^RequestId: (${id}) Error: ([^\\n]*)(?:\\n(\\S+))?\\s*$`)

/** What an event says, of a function that logs text or JSON. Never fails: what is unknown is a line. */
export function parseEvent(event: LogEvent): LogEntry {
  const { time } = event
  // Lambda's clients keep an entry together by writing its line breaks as carriage returns.
  const message = event.message.replaceAll(/\r\n?/g, '\n').replace(/\n+$/, '')
  return (
    parseJsonEvent(message, time) ??
    parseReport(message, time) ??
    parsePlatform(message, time) ??
    parseText(message, time)
  )
}

function parsePlatform(message: string, time: number): LogEntry | undefined {
  const [, requestId] = new RegExp(`^(?:START|END) RequestId: (${id})`).exec(message) ?? []
  const isOther =
    /^(?:INIT_START|INIT_REPORT|RESTORE_START|RESTORE_REPORT|EXTENSION|TELEMETRY|LOGS)\b/
  if (requestId === undefined && !isOther.test(message)) return undefined
  const failed = /^INIT_REPORT .*Status: (error|timeout)(?:.*Error Type: (\S+))?/.exec(message)
  if (failed !== null)
    return { kind: 'error', time, name: failed[2] ?? `init ${failed[1]}`, message, stack: [] }
  return {
    kind: 'platform',
    time,
    text: message.replaceAll(/\s+/g, ' '),
    ...(requestId !== undefined && { requestId }),
  }
}

function parseText(message: string, time: number): LogEntry {
  const timeout = timedOut.exec(message)
  if (timeout !== null) {
    const [, requestId = '', text = ''] = timeout
    return { kind: 'error', time, requestId, name: 'timeout', message: text, stack: [] }
  }
  const exit = exited.exec(message)
  if (exit !== null) {
    const [, requestId = '', text = '', name = 'Runtime.ExitError'] = exit
    return { kind: 'error', time, requestId, name, message: text, stack: [] }
  }
  const [, nodeRequest, nodeLevel, nodeText] = nodeLine.exec(message) ?? []
  const [, pythonLevel, pythonRequest, pythonText] = pythonLine.exec(message) ?? []
  const [, plainLevel, plainText] = /^\[(ERROR|WARNING|CRITICAL)\] (.*)$/s.exec(message) ?? []
  const level = nodeLevel ?? pythonLevel ?? plainLevel
  const text = nodeText ?? pythonText ?? plainText ?? message
  const request = nodeRequest === 'undefined' ? undefined : (nodeRequest ?? pythonRequest)
  const common = { time, ...(request !== undefined && { requestId: request }) }
  const error = isErrorLevel(level) ? (thrownError(text) ?? errorOfTrace(text)) : undefined
  if (error !== undefined) return { kind: 'error', ...common, ...error }
  return { kind: 'line', ...common, text, ...(level !== undefined && { level }) }
}

function isErrorLevel(level: string | undefined): boolean {
  return level !== undefined && /^(?:ERROR|FATAL|CRITICAL)$/.test(level)
}

/** `Invoke Error \t{"errorType":"Error","errorMessage":"no","stack":["Error: no","    at ..."]}` */
function thrownError(text: string) {
  const [, json] =
    /^(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection|Init Error)\s*\t?(\{.*\})\s*$/s.exec(
      text,
    ) ?? []
  if (json === undefined) return undefined
  try {
    const thrown: unknown = JSON.parse(json)
    if (!isRecord(thrown)) return undefined
    const { errorType, errorMessage, stack } = thrown
    const lines = Array.isArray(stack) ? stack.map(String) : []
    return {
      name: textOf(errorType) ?? 'Error',
      message: textOf(errorMessage) ?? '',
      stack: framesOf(lines),
    }
  } catch {
    return undefined
  }
}

/** Node's stack begins with the error itself, whose message can have several lines. */
function framesOf(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => /^\s+at /.test(line))
  return first === -1 ? [] : lines.slice(first).map((line) => line.trim())
}
