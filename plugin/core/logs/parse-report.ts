import type { LogReport } from './log-entry.ts'

/**
 * `REPORT RequestId: <request>\tDuration: 12.3 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax
 * Memory Used: 90 MB\tInit Duration: 300 ms`
 */
export function parseReport(message: string, time: number): LogReport | undefined {
  const [, requestId] = /^REPORT RequestId: (\S+)/.exec(message) ?? []
  if (requestId === undefined) return undefined
  const number = (name: string): number | undefined => {
    const [, digits] = new RegExp(`(?:^|\\t)${name}: ([\\d.]+)`).exec(message) ?? []
    return digits === undefined ? undefined : Number(digits)
  }
  const [, status] = /\tStatus: (\w+)/.exec(message) ?? []
  const [billed, init] = [number('Billed Duration'), number('Init Duration')]
  return {
    kind: 'report',
    time,
    requestId,
    duration: number('Duration') ?? 0,
    ...(billed !== undefined && { billed }),
    ...(init !== undefined && { init }),
    memory: number('Memory Size') ?? 0,
    maximumUsed: number('Max Memory Used') ?? 0,
    ...(status !== undefined && status !== 'success' && { status }),
  }
}
