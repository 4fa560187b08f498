import type { LogEntry, LogReport } from './log-entry.ts'

/** The share of a function's memory from which on it is told to be short. */
const short = 0.9

/** An entry for people, without its time; `undefined` for what Lambda says of every invocation. */
export function formatEntry(entry: LogEntry): string | undefined {
  const request = entry.requestId === undefined ? '' : `${entry.requestId.slice(0, 8)}  `
  if (entry.kind === 'platform') return undefined
  if (entry.kind === 'report') return `${request}${formatReport(entry)}`
  if (entry.kind === 'line') {
    const level = entry.level === undefined ? '' : `${entry.level}  `
    return `${request}${level}${indented(entry.text)}`
  }
  const head = `${request}ERROR  ${entry.name}: ${indented(entry.message)}`
  return [head, ...entry.stack.map((frame) => `    ${frame}`)].join('\n')
}

function formatReport({ duration, init, memory, maximumUsed, status }: LogReport): string {
  const cold = init === undefined ? '' : ` after a cold start of ${Math.round(init)} ms`
  const lack = maximumUsed >= memory * short ? ', which is nearly all' : ''
  const ending = status === undefined ? '' : `${status}: `
  return `${ending}took ${Math.round(duration)} ms${cold}, used ${maximumUsed} of ${memory} MB${lack}`
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n    ')
}
