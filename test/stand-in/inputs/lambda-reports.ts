/** How one call of a function ended, for a line of its log. */
export interface Call {
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly duration: number
  /** Of a cold start. */
  readonly init?: number
  /** MB. */
  readonly used?: number
  readonly given?: number
  readonly ended?: 'timeout' | 'error' | 'outOfMemory' | 'thrown'
}

const request = 'f2a6e2a4-7c1e-4b57-9a58-0d6f3e1c9b11'

/** Lines of a function that logs text, as Lambda writes them. */
export function textReports(calls: readonly Call[]) {
  return calls.flatMap(({ time, duration, init, used = 90, given = 128, ended }) => [
    ...(ended === 'thrown'
      ? [
          {
            timestamp: time,
            message: `2026-11-26T09:00:00.000Z\t${request}\tERROR\tInvoke Error \t{"errorType":"Error","errorMessage":"no"}\n`,
          },
        ]
      : []),
    {
      timestamp: time,
      message: [
        `REPORT RequestId: ${request}`,
        `Duration: ${duration.toFixed(2)} ms`,
        `Billed Duration: ${Math.ceil(duration)} ms`,
        `Memory Size: ${given} MB`,
        `Max Memory Used: ${used} MB`,
        ...(init === undefined ? [] : [`Init Duration: ${init.toFixed(2)} ms`]),
        ...(ended === 'timeout' ? ['Status: timeout'] : []),
        ...(ended === 'error' ? ['Status: error', 'Error Type: Runtime.ExitError'] : []),
        ...(ended === 'outOfMemory' ? ['Status: error', 'Error Type: Runtime.OutOfMemory'] : []),
        '\n',
      ].join('\t'),
    },
  ])
}

const statuses = {
  timeout: 'timeout',
  error: 'error',
  outOfMemory: 'error',
  thrown: 'failure',
} as const

/** The same of a function that logs JSON. */
export function jsonReports(calls: readonly Call[]) {
  return calls.map(({ time, duration, init, used = 90, given = 128, ended }) => {
    const status = ended === undefined ? 'success' : statuses[ended]
    const metrics = {
      durationMs: duration,
      billedDurationMs: Math.ceil(duration),
      memorySizeMB: given,
      maxMemoryUsedMB: used,
      ...(init !== undefined && { initDurationMs: init }),
    }
    const record = {
      requestId: request,
      metrics,
      status,
      ...(ended === 'outOfMemory' && { errorType: 'Runtime.OutOfMemory' }),
    }
    const at = new Date(time).toISOString()
    return {
      timestamp: time,
      message: JSON.stringify({ time: at, type: 'platform.report', record }),
    }
  })
}

/** Calls over a time, of which each so many begin cold; the same at every run. */
export function steadyCalls(options: {
  readonly from: number
  readonly to: number
  readonly count: number
  readonly coldEvery: number
  readonly duration: number
  readonly init: number
  readonly used?: number
}): readonly Call[] {
  const { from, to, count, coldEvery, duration, init, used = 90 } = options
  return Array.from({ length: count }, (_, index) => {
    const wave = 1 + 0.25 * Math.sin(index / 7) + (index % 29 === 0 ? 1.2 : 0)
    return {
      time: Math.round(from + ((to - from) * (index + 0.5)) / count),
      duration: duration * wave,
      used,
      ...(index % coldEvery === 0 && { init: init * wave }),
    }
  })
}
