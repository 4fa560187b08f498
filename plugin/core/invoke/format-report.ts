import type { ImageFunction } from '../model.ts'
import { defaultMemory } from '../start/function-variables.ts'
import type { Invocation } from './invocation.ts'

/** A line like Lambda's own at the end of each event's log. */
export function formatReport(
  { requestId, milliseconds, initMilliseconds, peakMemory }: Invocation,
  { memory = defaultMemory }: Pick<ImageFunction, 'memory'>,
): string {
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${milliseconds.toFixed(2)} ms`,
    `Memory Size: ${memory} MB`,
    ...(peakMemory === undefined
      ? []
      : [`Max Memory Used: ${Math.ceil(peakMemory / 1024 ** 2)} MB`]),
    ...(initMilliseconds === undefined ? [] : [`Init Duration: ${initMilliseconds.toFixed(2)} ms`]),
  ].join('  ')
}
