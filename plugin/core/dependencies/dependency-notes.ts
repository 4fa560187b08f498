import { formatBytes } from '../basics/format-bytes.ts'
import type { DependencyRecord } from './dependency-record.ts'

/** What a new dependency layer does not hold of what was installed, a line a reason. */
export function dependencyNotes(image: string, record: DependencyRecord): readonly string[] {
  const byReason = Map.groupBy(record.leftOut, ({ reason }) => reason)
  return [...byReason].map(([reason, entries]) => {
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
    const names = entries.map((entry) => entry.package)
    const named = names.slice(0, 3).join(', ')
    const rest = names.length > 3 ? ` and ${names.length - 3} more` : ''
    return `docker/${image}: left out ${formatBytes(bytes)}, ${reason}: ${named}${rest}`
  })
}
