import { randomUUID } from 'node:crypto'

import type { State } from '../state.ts'

/** One event of a log stream, as FilterLogEvents tells it. */
export interface StoredLogEvent {
  readonly eventId: string
  readonly logStreamName: string
  /** Milliseconds; what the function's clock said. */
  readonly timestamp: number
  /** Milliseconds; before this time no call sees it. */
  readonly ingestionTime: number
  readonly message: string
}

/** What a test writes into a log group, which is made if it is not there. */
export interface WrittenLogEvent {
  readonly timestamp: number
  readonly message: string
  /** Default: one stream. */
  readonly stream?: string
  /** Milliseconds until it can be read; default 0. */
  readonly lag?: number
}

export function writeLog(state: State, group: string, events: readonly WrittenLogEvent[]): void {
  if (!state.logGroups.includes(group)) state.logGroups.push(group)
  const stored = (state.logEvents[group] ??= [])
  for (const { timestamp, message, stream = '2026/11/02/[$LATEST]0a1b2c', lag = 0 } of events)
    stored.push({
      eventId: randomUUID().replaceAll('-', ''),
      logStreamName: stream,
      timestamp,
      ingestionTime: timestamp + lag,
      message,
    })
}
