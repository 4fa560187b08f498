import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Bytes that the function's processes had in memory at most, together: the sum of each one's own
 * peak, which is never less than what they had at once.
 */
export function peakMemory(root: string): number {
  const processes = readdirSync(join(root, 'proc')).filter((name) => /^\d+$/.test(name))
  // Process 1 is the supervisor.
  return processes.reduce((sum, id) => (id === '1' ? sum : sum + peakOf(root, id)), 0)
}

/** The same of one process by its id; 0 where the system does not tell. */
export function peakOf(root: string, id: string): number {
  try {
    const status = readFileSync(join(root, 'proc', id, 'status'), 'utf8')
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
  } catch {
    return 0 // It ended meanwhile.
  }
}
