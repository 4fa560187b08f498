import { formatBytes } from '../basics/format-bytes.ts'
import type { FunctionPeriod } from '../stats/function-period.ts'
import type { FunctionStats, StackStats } from '../stats/stack-stats.ts'
import type { MeasuredSlice } from '../stats/insights-query.ts'
import { costOf, formatMilliseconds, formatPair, formatShare } from '../stats/format-stats.ts'
import { document } from './document.ts'
import { figure } from './figure.ts'
import { html, type Html } from './html.ts'
import { formatTime, lineChart } from './line-chart.ts'
import { scrollTable } from './scroll-table.ts'

/** A page with each function's cold starts and durations over time, deploys marked, as tables too. */
export function statsPage(stats: StackStats): string {
  const { stack, start, end, functions, bytesScanned, notes } = stats
  const ran = functions.filter(({ periods }) => periods.length > 0)
  return document(
    `How ${stack} performs`,
    html`<h1>How ${stack} performs</h1>
      <p class="quiet">
        ${formatTime(start)} to ${formatTime(end)} UTC, from the functions' own logs.
        ${formatBytes(bytesScanned)} of logs were read for it, which costs ${costOf(bytesScanned)}
        by the price of most regions.
      </p>
      ${notes.map((note) => html`<p class="quiet">${note}</p>`)}
      ${ran.length === 0 ? html`<p>No function ran in that time.</p>` : ran.map((one) => section(one, stats))}`,
  )
}

function section(one: FunctionStats, stats: StackStats): Html {
  const { name, periods, advice, slices } = one
  return html`<section>
    <h2>${name}</h2>
    ${figures(periods)} ${advice.map((text) => html`<p class="advice">${text}</p>`)}
    ${slices.length === 0 ? [] : charts(one, stats)}
    <h3>By what ran</h3>
    ${periodTable(name, periods)}
  </section>`
}

function charts(
  { name, periods, slices }: FunctionStats,
  { start, end, deploys }: StackStats,
): Html {
  const inOrder = slices.toSorted((one, other) => one.start - other.start)
  const points = (pick: (slice: MeasuredSlice) => number | undefined) =>
    inOrder.flatMap((slice) => {
      const value = pick(slice)
      return value === undefined ? [] : [{ time: Math.max(start, slice.start), value }]
    })
  const marks = deploys.map((time) => ({
    time,
    label: periods.find((period) => period.start === time)?.ran ?? 'deploy',
  }))
  const common = { start, end, deploys: marks, format: formatMilliseconds }
  return html`<h3>Cold starts: how long initialization takes</h3>
    ${lineChart({
      ...common,
      label: `Initialization of ${name} over time; the table below has the numbers.`,
      middle: points(({ initP50 }) => initP50),
      high: points(({ initP99 }) => initP99),
      columns: points(({ coldStarts }) => coldStarts),
    })}
    <h3>Duration</h3>
    ${lineChart({
      ...common,
      label: `Duration of ${name} over time; the table below has the numbers.`,
      middle: points(({ durationP50 }) => durationP50),
      high: points(({ durationP99 }) => durationP99),
      columns: points(({ invocations }) => invocations),
    })}
    <p class="quiet">
      The line is the median, the dotted one the slowest of a hundred; columns are how many there
      were. A dashed line is a deploy, with what ran from then on.
    </p>`
}

function figures(periods: readonly FunctionPeriod[]): Html {
  const now = periods.at(-1)
  if (now === undefined) return html``
  const { invocations, coldStarts, initP50, durationP50, memoryUsed, memorySize } = now
  return html`<ul class="figures">
    ${figure(String(invocations), 'calls of the newest')}
    ${figure(formatShare(coldStarts, invocations), 'began cold')}
    ${figure(formatMilliseconds(initP50), 'initialization')}
    ${figure(formatMilliseconds(durationP50), 'duration')}
    ${figure(`${memoryUsed} / ${memorySize}`, 'MB used and given')}
  </ul>`
}

const columns = [
  'Ran',
  'From',
  'Calls',
  'Cold starts',
  'Init p50, p99',
  'Duration p50, p99',
  'MB used, given',
  'Errors',
  'Timeouts',
  'Out of memory',
]

function periodTable(name: string, periods: readonly FunctionPeriod[]): Html {
  const rows = periods.map((one) => {
    const values = [
      formatTime(one.start),
      one.invocations,
      `${one.coldStarts} (${formatShare(one.coldStarts, one.invocations)})`,
      formatPair(one.initP50, one.initP99),
      formatPair(one.durationP50, one.durationP99),
      `${one.memoryUsed}, ${one.memorySize}`,
      one.errors,
      one.timeouts,
      one.outOfMemory,
    ]
    return html`<tr>
      <th scope="row">${one.ran}</th>
      ${values.map((value) => html`<td class="number">${value}</td>`)}
    </tr> `
  })
  const head = columns.map(
    (text, index) => html`<th scope="col" class="${index === 0 ? '' : 'number'}">${text}</th>`,
  )
  return scrollTable(`Numbers of ${name}`, { head, rows })
}
