import { AwsFault } from '../fault.ts'
import type { StoredLogEvent } from './stored-log-event.ts'

/** Fields of an answer, in the order of the query; absent ones had no value. */
export type ReportRow = Readonly<Record<string, string | number>>

interface Logged {
  readonly log: string
  readonly event: StoredLogEvent
}

/** The one query that is understood, by its own words. */
const query = String.raw`filter @type = "REPORT" or type = "platform.report" or @message like /\tERROR\tInvoke Error/
| fields coalesce(@duration, record.metrics.durationMs) as callMs,
  coalesce(@initDuration, record.metrics.initDurationMs) as initMs,
  coalesce(@maxMemoryUsed / 1000000, record.metrics.maxMemoryUsedMB) as usedMB,
  coalesce(@memorySize / 1000000, record.metrics.memorySizeMB) as givenMB
| fields strcontains(@message, "Status: timeout") + strcontains(@message, "\"status\":\"timeout\"") as isLate,
  strcontains(@message, "Runtime.OutOfMemory") as isFull,
  strcontains(@message, "Invoke Error") + strcontains(@message, "Status: error") + strcontains(@message, "\"status\":\"error\"") + strcontains(@message, "\"status\":\"failure\"") as isBad
| stats count(callMs) as invocations, count(initMs) as coldStarts,
  pct(initMs, 50) as initP50, pct(initMs, 99) as initP99,
  pct(callMs, 50) as durationP50, pct(callMs, 99) as durationP99,
  max(usedMB) as memoryUsed, max(givenMB) as memorySize,
  sum(isLate) as timeouts, sum(isFull) as outOfMemory, sum(isBad) as failures
  by @log`

/** What Insights makes of reports, a row for each log group, or for each of its slices of time. */
export function countReports(text: string, logged: readonly Logged[]): readonly ReportRow[] {
  const [, bin] = /, bin\((\d+)m\) as sliceStart$/.exec(text) ?? []
  if (text.replace(/, bin\(\d+m\) as sliceStart$/, '') !== query)
    throw new AwsFault('MalformedQueryException', 'The stand-in of AWS knows one query only.')
  const slice = bin === undefined ? undefined : Number(bin) * 60_000
  const matched = logged.flatMap(({ log, event }) => {
    const report = readReport(event.message)
    if (report === undefined) return []
    const start = slice === undefined ? '' : stamp(Math.floor(event.timestamp / slice) * slice)
    return [{ key: `${log}\n${start}`, log, start, report, message: event.message }]
  })
  return [...Map.groupBy(matched, ({ key }) => key).values()].map((group): ReportRow => {
    const of = (name: keyof Report) => group.flatMap(({ report }) => report[name] ?? [])
    const containing = (...texts: readonly string[]) =>
      group.reduce(
        (sum, { message }) => sum + texts.filter((each) => message.includes(each)).length,
        0,
      )
    const [ms, init] = [of('ms'), of('init')]
    const row = {
      '@log': group[0]?.log,
      sliceStart: group[0]?.start || undefined,
      invocations: ms.length,
      coldStarts: init.length,
      initP50: percentile(init, 50),
      initP99: percentile(init, 99),
      durationP50: percentile(ms, 50),
      durationP99: percentile(ms, 99),
      memoryUsed: largest(of('used')),
      memorySize: largest(of('given')),
      timeouts: containing('Status: timeout', '"status":"timeout"'),
      outOfMemory: containing('Runtime.OutOfMemory'),
      failures: containing(
        'Invoke Error',
        'Status: error',
        '"status":"error"',
        '"status":"failure"',
      ),
    }
    return Object.fromEntries(
      Object.entries(row).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    )
  })
}

interface Report {
  readonly ms?: number
  readonly init?: number
  readonly used?: number
  readonly given?: number
}

/** As Lambda writes it, as text or as JSON; `undefined` for a line that the query passes over. */
function readReport(message: string): Report | undefined {
  if (message.startsWith('REPORT RequestId:')) {
    const number = (pattern: RegExp) => {
      const [, found] = pattern.exec(message) ?? []
      return found === undefined ? undefined : Number(found)
    }
    return withoutAbsent({
      ms: number(/\tDuration: ([\d.]+) ms/),
      init: number(/\tInit Duration: ([\d.]+) ms/),
      used: number(/\tMax Memory Used: (\d+) MB/),
      given: number(/\tMemory Size: (\d+) MB/),
    })
  }
  const parsed: unknown = message.startsWith('{') ? JSON.parse(message) : undefined
  const { type, record } = Object(parsed)
  if (type === 'platform.report') {
    const { durationMs, initDurationMs, maxMemoryUsedMB, memorySizeMB } = Object(record?.metrics)
    return withoutAbsent({
      ms: durationMs,
      init: initDurationMs,
      used: maxMemoryUsedMB,
      given: memorySizeMB,
    })
  }
  return message.includes('\tERROR\tInvoke Error') ? {} : undefined
}

function withoutAbsent(report: Readonly<Record<keyof Report, number | undefined>>): Report {
  return Object.fromEntries(Object.entries(report).filter(([, value]) => value !== undefined))
}

/** By the nearest rank; AWS's own is an approximation. */
function percentile(values: readonly number[], percent: number): number | undefined {
  const inOrder = values.toSorted((one, other) => one - other)
  return inOrder[Math.max(0, Math.ceil((percent / 100) * inOrder.length) - 1)]
}

function largest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values)
}

function stamp(time: number): string {
  return new Date(time).toISOString().replace('T', ' ').replace('Z', '')
}
