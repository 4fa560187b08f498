import type { LogEvent } from '../core/logs/log-entry.ts'

/** A page of a log group's events; an empty one can have another behind it. */
export interface LogPage {
  readonly events: readonly LogEvent[]
  readonly next?: string
}

/** What reading logs asks of the outside. */
export interface LogsPorts {
  /**
   * Events of a group in the order of their time; `undefined` when there is no such group: Lambda
   * makes it when the function is first called.
   * @param from milliseconds
   */
  readonly readPage: (group: string, from: number, next?: string) => Promise<LogPage | undefined>
  /** Milliseconds. */
  readonly now: () => number
  readonly wait: (milliseconds: number) => Promise<void>
  /** True when nobody wants more. */
  readonly isOver: () => boolean
}
