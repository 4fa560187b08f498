import utils from '@architect/utils'

import type { EventLine } from '../../core/events/event-line.ts'
import { redact } from '../secrets/known-secrets.ts'

/** The part of stdout that is needed. */
export interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const clearLine = '\r\u001B[2K'
const lineUp = '\u001B[1A'

/**
 * In a terminal one line that changes, above Architect's own spinner, which draws itself anew; a
 * failure stays. Anywhere else a line for each event that matters.
 */
export function createEventLines(
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>>,
  say: (text: string) => void = (text) => void utils.updater('Stack').status(text),
): (line: EventLine) => void {
  if (environment['ARC_QUIET']) return () => {}
  const animated = terminal.isTTY === true && !environment['CI']
  let drawn = false
  return ({ text, matters, failed }) => {
    const safe = redact(text)
    if (!animated) {
      if (matters) say(safe)
      return
    }
    const again = drawn ? `${lineUp}${clearLine}` : ''
    // A line that wraps would be two, of which one is drawn over.
    const line = failed ? `× Stack ${safe}` : fit(`⚬ Stack ${safe}`, terminal.columns ?? 80)
    terminal.write(`${clearLine}${again}${line}\n`)
    drawn = !failed
  }
}

function fit(text: string, columns: number): string {
  return text.length < columns ? text : `${text.slice(0, columns - 2)}…`
}
