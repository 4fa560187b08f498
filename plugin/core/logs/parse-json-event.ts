import { isRecord, recordOf, textOf, textsOf } from '../basics/is-record.ts'
import type { LogEntry } from './log-entry.ts'
import { errorOfTrace } from './parse-trace.ts'

type Fields = Readonly<Record<string, unknown>>

/** An event of a function whose log format is JSON; `undefined` for any other text. */
export function parseJsonEvent(message: string, time: number): LogEntry | undefined {
  if (!message.startsWith('{')) return undefined
  try {
    const fields: unknown = JSON.parse(message)
    if (!isRecord(fields)) return undefined
    const { type, record } = fields
    if (typeof type === 'string' && type.startsWith('platform.'))
      return platformEntry(type, recordOf(record), time)
    return lineEntry(fields, message, time)
  } catch {
    return undefined
  }
}

/** AWS, "Lambda Telemetry API event schema". */
function platformEntry(type: string, record: Fields, time: number): LogEntry {
  const requestId = textOf(record['requestId'])
  const common = { time, ...(requestId !== undefined && { requestId }) }
  const status = textOf(record['status'])
  const failed = status !== undefined && status !== 'success'
  if (type === 'platform.report') {
    const metrics = recordOf(record['metrics'])
    const [billed, init] = [
      numberOf(metrics['billedDurationMs']),
      numberOf(metrics['initDurationMs']),
    ]
    return {
      kind: 'report',
      ...common,
      duration: numberOf(metrics['durationMs']) ?? 0,
      ...(billed !== undefined && { billed }),
      ...(init !== undefined && { init }),
      memory: numberOf(metrics['memorySizeMB']) ?? 0,
      maximumUsed: numberOf(metrics['maxMemoryUsedMB']) ?? 0,
      ...(failed && { status }),
    }
  }
  // The report of an invocation says the same again.
  const isOfStart = /^platform\.(?:initRuntimeDone|initReport|fault|restoreReport)$/.test(type)
  if (failed && isOfStart) {
    const name = textOf(record['errorType']) ?? status
    return { kind: 'error', ...common, name, message: `${type.slice(9)}: ${status}`, stack: [] }
  }
  const facts = ['version', 'runtimeVersion', 'initializationType', 'phase', 'status']
    .flatMap((name) => textOf(record[name]) ?? [])
    .join(' ')
  return { kind: 'platform', ...common, text: `${type.slice(9)} ${facts}`.trim() }
}

/** What the function logs: Lambda's own fields, beside whatever a logger of the user's writes. */
function lineEntry(fields: Fields, whole: string, time: number): LogEntry {
  const said = fields['message'] ?? fields['msg']
  const inner = isRecord(said) ? said : fields
  const [level, requestId] = [
    textOf(fields['level']),
    textOf(fields['requestId']) ?? textOf(fields['AWSRequestId']),
  ]
  const common = { time, ...(requestId !== undefined && { requestId }) }
  const name = textOf(inner['errorType'])
  if (name !== undefined) {
    const frames = [...textsOf(inner['stackTrace']), ...textsOf(inner['stack'])]
    return {
      kind: 'error',
      ...common,
      name,
      message: textOf(inner['errorMessage']) ?? '',
      stack: frames
        .map((line) => line.trim())
        .filter((line) => line.startsWith('at ') || line.startsWith('File ')),
    }
  }
  const isError = /^(?:error|fatal|critical)$/i.test(level ?? '')
  const trace = isError && typeof said === 'string' ? errorOfTrace(said) : undefined
  if (trace !== undefined) return { kind: 'error', ...common, ...trace }
  const text = typeof said === 'string' ? said : said === undefined ? whole : JSON.stringify(said)
  return {
    kind: 'line',
    ...common,
    text,
    ...(level !== undefined && { level: level.toUpperCase() }),
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
