import { isRecord, textOf } from '../basics/is-record.ts'

/** What one function did in one time, as its logs tell. Times are milliseconds, memory is MB. */
export interface Measured {
  readonly logGroup: string
  readonly invocations: number
  readonly coldStarts: number
  readonly initP50?: number
  readonly initP99?: number
  readonly durationP50: number
  readonly durationP99: number
  readonly memoryUsed: number
  readonly memorySize: number
  readonly timeouts: number
  readonly outOfMemory: number
  /** Other errors: thrown by the handler, or by a process that ended. */
  readonly errors: number
}

/** The same in the slice of time that begins then (milliseconds). */
export interface MeasuredSlice extends Measured {
  readonly start: number
}

/**
 * Of Lambda's own reports: lines that begin with REPORT, and objects `platform.report` of functions
 * that log JSON (Lambda, "Log formats"). What a handler throws is in no line of that kind, so the
 * runtime's own line counts for it. Everything is added up by CloudWatch: a row for each log group,
 * so its limit of 10,000 rows is far.
 * @param slice minutes; absent: one row a log group
 */
export function insightsQuery(slice?: number): string {
  return [
    String.raw`filter @type = "REPORT" or type = "platform.report" or @message like /\tERROR\tInvoke Error/`,
    `fields coalesce(@duration, record.metrics.durationMs) as callMs,
  coalesce(@initDuration, record.metrics.initDurationMs) as initMs,
  coalesce(@maxMemoryUsed / 1000000, record.metrics.maxMemoryUsedMB) as usedMB,
  coalesce(@memorySize / 1000000, record.metrics.memorySizeMB) as givenMB`,
    String.raw`fields strcontains(@message, "Status: timeout") + strcontains(@message, "\"status\":\"timeout\"") as isLate,
  strcontains(@message, "Runtime.OutOfMemory") as isFull,
  strcontains(@message, "Invoke Error") + strcontains(@message, "Status: error") + strcontains(@message, "\"status\":\"error\"") + strcontains(@message, "\"status\":\"failure\"") as isBad`,
    `stats count(callMs) as invocations, count(initMs) as coldStarts,
  pct(initMs, 50) as initP50, pct(initMs, 99) as initP99,
  pct(callMs, 50) as durationP50, pct(callMs, 99) as durationP99,
  max(usedMB) as memoryUsed, max(givenMB) as memorySize,
  sum(isLate) as timeouts, sum(isFull) as outOfMemory, sum(isBad) as failures
  by @log${slice === undefined ? '' : `, bin(${slice}m) as sliceStart`}`,
  ].join('\n| ')
}

/** Rows of GetQueryResults; a group in which nothing ran is left out. */
export function parseRows(results: readonly unknown[]): readonly MeasuredSlice[] {
  return results.flatMap((row): MeasuredSlice[] => {
    const fields = fieldsOf(row)
    const number = (name: string): number => Number(fields.get(name) ?? 0) || 0
    const optional = (name: string) => (fields.has(name) ? { [name]: number(name) } : {})
    // `123456789012:/aws/lambda/name`
    const logGroup = (fields.get('@log') ?? '').replace(/^\d*:/, '')
    const invocations = number('invocations')
    if (logGroup === '' || invocations === 0) return []
    const outOfMemory = number('outOfMemory')
    return [
      {
        logGroup,
        start: timeOf(fields.get('sliceStart') ?? ''),
        invocations,
        coldStarts: number('coldStarts'),
        ...optional('initP50'),
        ...optional('initP99'),
        durationP50: number('durationP50'),
        durationP99: number('durationP99'),
        memoryUsed: number('memoryUsed'),
        memorySize: number('memorySize'),
        timeouts: number('timeouts'),
        outOfMemory,
        errors: Math.max(0, number('failures') - outOfMemory),
      },
    ]
  })
}

function fieldsOf(row: unknown): ReadonlyMap<string, string> {
  const fields = Array.isArray(row) ? row.filter(isRecord) : []
  return new Map(
    fields.flatMap((field) => {
      const [name, value] = [textOf(field['field']), textOf(field['value'])]
      return name === undefined || value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
}

/** `2026-11-26 09:00:00.000`, which is UTC. */
function timeOf(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`) || 0
}
