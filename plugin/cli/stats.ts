import { measureStack } from '../actions/stats.ts'
import { formatBytes } from '../core/basics/format-bytes.ts'
import { parseSpan } from '../core/basics/duration.ts'
import { formatTime } from '../core/page/line-chart.ts'
import { statsPage } from '../core/page/stats-page.ts'
import { costOf, estimatedDollars, formatPair, formatShare } from '../core/stats/format-stats.ts'
import type { FunctionPeriod } from '../core/stats/function-period.ts'
import type { FunctionStats, StackStats } from '../core/stats/stack-stats.ts'
import { createStatsPorts } from '../effects/stats-ports.ts'
import { openApp } from './open/open-app.ts'
import { createPaint } from './print/paint.ts'
import { commandInvalid, parseCommand } from './parse-command.ts'
import { printJson } from './print/print-json.ts'
import { formatTable } from './print/table.ts'
import { usages } from './usages.ts'
import { wrapWords } from './print/wrap-words.ts'
import { writePage } from './print/write-page.ts'

/**
 * `arc-images stats [--since 24h] [--name NAME | --production] [--json] [--html FILE]`: how the
 * functions of a stack performed, before and after the last deploy, from their own logs.
 * @throws ContainerImageError COMMAND_INVALID, STACK_MISSING
 */
export async function stats(args: readonly string[]): Promise<void> {
  const { values } = parseCommand('stats', usages.stats, args)
  const since = parseSpan(values.since)
  if (since === undefined)
    throw commandInvalid('stats', `takes hours, days or weeks after --since: 24h, 7d, 2w.`)
  const { aws, stackOf } = await openApp(process.cwd())
  const withSlices = values.html !== undefined
  const options = { stackName: stackOf(values), since, withSlices }
  const measured = await measureStack(options, createStatsPorts(await aws()))
  if (values.html !== undefined) await writePage(values.html, statsPage(measured))
  if (values.json) printJson('stats', jsonOf(measured))
  else process.stdout.write(`${format(measured)}\n`)
}

function jsonOf({ start, end, deploys, functions, bytesScanned, ...rest }: StackStats) {
  const time = (milliseconds: number) => new Date(milliseconds).toISOString()
  return {
    ...rest,
    start: time(start),
    end: time(end),
    deploys: deploys.map(time),
    functions: functions.map(({ name, logicalId, periods, advice }) => ({
      name,
      logicalId,
      periods: periods.map((one) => ({ ...one, start: time(one.start), end: time(one.end) })),
      advice,
    })),
    bytesScanned,
    estimatedDollars: estimatedDollars(bytesScanned),
  }
}

function format({ stack, functions, bytesScanned, notes, start, end }: StackStats): string {
  const paint = createPaint(process.stdout, process.env)
  const ran = functions.filter(({ periods }) => periods.length > 0)
  return [
    paint('bold', `${stack}, ${formatTime(start)} to ${formatTime(end)} UTC`),
    ...(ran.length === 0 ? ['No function ran in that time.'] : ran.map(formatFunction)),
    ...notes,
    `Read ${formatBytes(bytesScanned)} of logs, which costs ${costOf(bytesScanned)} by the price of most regions.`,
  ].join('\n\n')
}

/** What ran before is to the left of what runs now. */
function formatFunction({ name, periods, advice }: FunctionStats): string {
  const shown = periods.slice(-2)
  const row = (what: string, of: (one: FunctionPeriod) => string) => [what, ...shown.map(of)]
  const table = formatTable(
    [name, ...shown.map(({ start }) => `from ${formatTime(start)}`)],
    [
      row('ran', ({ ran }) => ran),
      row('calls', ({ invocations }) => String(invocations)),
      row(
        'cold starts',
        ({ coldStarts, invocations }) => `${coldStarts} (${formatShare(coldStarts, invocations)})`,
      ),
      row('initialization, p50 and p99', ({ initP50, initP99 }) => formatPair(initP50, initP99)),
      row('duration, p50 and p99', ({ durationP50, durationP99 }) =>
        formatPair(durationP50, durationP99),
      ),
      row('memory', ({ memoryUsed, memorySize }) => `${memoryUsed} of ${memorySize} MB`),
      row('errors', ({ errors }) => String(errors)),
      row('timeouts', ({ timeouts }) => String(timeouts)),
      row('out of memory', ({ outOfMemory }) => String(outOfMemory)),
    ],
    shown.map((_, index) => index + 1),
  )
  return [table, ...advice.flatMap((text) => wrapWords(`! ${text}`.split(' '), 80))].join('\n')
}
