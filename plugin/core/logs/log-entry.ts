/** One event of CloudWatch Logs. */
export interface LogEvent {
  readonly id: string
  /** Milliseconds. */
  readonly time: number
  readonly stream: string
  readonly message: string
}

/** What an event says. */
export type LogEntry = LogLine | LogError | LogReport | LogPlatform

interface Common {
  /** Milliseconds. */
  readonly time: number
  readonly requestId?: string
}

/** What the function printed. */
export interface LogLine extends Common {
  readonly kind: 'line'
  /** `INFO`, `WARN`, ...; absent where it was only printed. */
  readonly level?: string
  readonly text: string
}

/** An error that ended an invocation or the start, or that the function logged as one. */
export interface LogError extends Common {
  readonly kind: 'error'
  /** `TypeError`, `Runtime.ImportModuleError`, `timeout` */
  readonly name: string
  readonly message: string
  /** A line a frame, without what precedes them. */
  readonly stack: readonly string[]
}

/** The end of an invocation, with what it took. */
export interface LogReport extends Common {
  readonly kind: 'report'
  /** Milliseconds. */
  readonly duration: number
  readonly billed?: number
  /** Milliseconds; only of a cold start. */
  readonly init?: number
  /** MB. */
  readonly memory: number
  readonly maximumUsed: number
  /** Absent: `success`. */
  readonly status?: string
}

/** What Lambda says beside that: an invocation begins, a version of the runtime, an extension. */
export interface LogPlatform extends Common {
  readonly kind: 'platform'
  readonly text: string
}
