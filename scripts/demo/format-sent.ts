import { formatBytes } from '../../plugin/core/basics/format-bytes.ts'
import type { RegistryStandIn } from '../../test/stand-in/registry/index.ts'

/** What a registry received, from its own journal. */
export function formatSent(journal: RegistryStandIn['journal']): string {
  const bodies = journal.filter(({ received }) => received > 0)
  if (bodies.length === 0) return `nothing (${journal.length} requests)`
  const bytes = bodies.reduce((sum, { received }) => sum + received, 0)
  return `${formatBytes(bytes)} in ${bodies.length} uploads (${journal.length} requests)`
}
