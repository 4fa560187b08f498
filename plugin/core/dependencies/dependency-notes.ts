import { formatBytes } from '../basics/format-bytes.ts'
import type { DependencyRecord } from './dependency-record.ts'

/**
 * What a new dependency layer does not hold of what was installed, a line a reason, and whose install
 * scripts did not run.
 */
export function dependencyNotes(image: string, record: DependencyRecord): readonly string[] {
  const byReason = Map.groupBy(record.leftOut, ({ reason }) => reason)
  const leftOut = [...byReason].map(([reason, entries]) => {
    const bytes = entries.reduce((sum, entry) => sum + (entry.bytes ?? 0), 0)
    const names = entries.map((entry) => entry.package)
    // What was not fetched has no size that is known.
    const size = bytes === 0 ? '' : ` ${formatBytes(bytes)}`
    return `docker/${image}: left out${size}, ${reason}: ${listed(names)}`
  })
  const { scriptsNotRun } = record
  return scriptsNotRun.length === 0
    ? leftOut
    : [...leftOut, `docker/${image}: install scripts not run: ${listed(scriptsNotRun)}`]
}

function listed(names: readonly string[]): string {
  const rest = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return names.slice(0, 3).join(', ') + rest
}
