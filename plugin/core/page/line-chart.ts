import { html, type Html } from './html.ts'

/** A value at a time; times are milliseconds. */
export interface Point {
  readonly time: number
  readonly value: number
}

export interface LineChart {
  /** What it shows, for who cannot see it. */
  readonly label: string
  readonly start: number
  readonly end: number
  /** Drawn as a line. */
  readonly middle: readonly Point[]
  /** Drawn as a dotted line. */
  readonly high: readonly Point[]
  /** Drawn as columns from the ground, by a scale of their own. */
  readonly columns: readonly Point[]
  readonly format: (value: number) => string
  /** When something was deployed, and what. */
  readonly deploys: readonly { readonly time: number; readonly label: string }[]
}

const wide = 900
const high = 240
const left = 64
const right = 12
const top = 26
const bottom = 28

/** A chart over time, as SVG. */
export function lineChart(chart: LineChart): Html {
  const { label, start, end, middle, columns, format, deploys } = chart
  const { most, step } = scaleFor([...middle, ...chart.high])
  const mostColumn = Math.max(1, ...columns.map(({ value }) => value))
  const x = (time: number) => left + ((time - start) / (end - start)) * (wide - left - right)
  const y = (value: number) => high - bottom - (value / most) * (high - top - bottom)
  const path = (points: readonly Point[]) =>
    points.map(({ time, value }) => `${x(time).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
  const grid = Array.from({ length: Math.round(most / step) + 1 }, (_, index) => index * step)
  const width = Math.max(2, ((wide - left - right) / 48) * 0.7)
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <svg class="chart" viewBox="0 0 ${wide} ${high}" role="img" aria-label="${label}">
      ${grid.map((value) => gridLine(y(value).toFixed(1), format(value)))}
      ${columns.map(({ time, value }) => {
        const height = (value / mostColumn) * (high - top - bottom) * 0.35
        return column(x(time) - width / 2, high - bottom - height, width, height)
      })}
      ${deploys.map(({ time, label: what }) => deployLine(x(time), what))}
      ${[start, (start + end) / 2, end].map((time) => timeMark(x(time), formatTime(time)))}
      <polyline class="high" points="${path(chart.high)}" />
      <polyline class="middle" points="${path(middle)}" />
      ${middle.map(({ time, value }) => dot(x(time), y(value), `${formatTime(time)}: ${format(value)}`))}
    </svg>
  </div>`
}

function gridLine(y: string, text: string): Html {
  return html`<line class="grid" x1="${left}" x2="${wide - right}" y1="${y}" y2="${y}" />
    <text x="${left - 8}" y="${y}" dy="4" text-anchor="end">${text}</text>`
}

function column(x: number, y: number, width: number, height: number): Html {
  const box = { x: x.toFixed(1), y: y.toFixed(1), w: width.toFixed(1), h: height.toFixed(1) }
  return html`<rect
    class="column"
    x="${box.x}"
    y="${box.y}"
    width="${box.w}"
    height="${box.h}"
    rx="1"
  />`
}

function deployLine(at: number, label: string): Html {
  const x = at.toFixed(1)
  return html`<line class="deploy" x1="${x}" x2="${x}" y1="${top - 18}" y2="${high - bottom}" />
    <text
      class="deploy-name"
      x="${x}"
      y="${top - 9}"
      dx="${at > wide - right - 110 ? -6 : 6}"
      text-anchor="${anchorOf(at)}"
      >${label}</text
    >`
}

/** Texts at the ends stay in the picture. */
function timeMark(at: number, text: string): Html {
  const anchor = at <= left ? 'start' : at >= wide - right ? 'end' : 'middle'
  return html`<text x="${at.toFixed(1)}" y="${high - 9}" text-anchor="${anchor}">${text}</text>`
}

function dot(x: number, y: number, says: string): Html {
  return html`<circle class="dot" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="2.5">
    <title>${says}</title>
  </circle>`
}

/** The label of a deploy stays in the picture. */
function anchorOf(x: number): string {
  return x > wide - right - 110 ? 'end' : 'start'
}

/** Ends of a scale, times a power of ten, each with the step between its lines. */
const scales = [
  [1, 0.25],
  [1.5, 0.5],
  [2, 0.5],
  [3, 1],
  [4, 1],
  [5, 1],
  [6, 2],
  [8, 2],
  [10, 2.5],
] as const

function scaleFor(points: readonly Point[]): { readonly most: number; readonly step: number } {
  const largest = Math.max(0, ...points.map(({ value }) => value))
  if (largest <= 0) return { most: 1, step: 0.5 }
  const ten = 10 ** Math.floor(Math.log10(largest))
  const [most, step] = scales.find(([end]) => end * ten >= largest) ?? [10, 2.5]
  return { most: most * ten, step: step * ten }
}

/** `11-26 09:00`, in UTC. */
export function formatTime(time: number): string {
  return new Date(time).toISOString().slice(5, 16).replace('T', ' ')
}
