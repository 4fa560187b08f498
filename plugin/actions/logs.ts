import type { LogEntry, LogEvent } from '../core/logs/log-entry.ts'
import { parseEvent } from '../core/logs/parse-event.ts'
import type { LogsPorts } from '../ports/logs.ts'

/** Milliseconds between two looks at a group that is followed. */
const pause = 1000

/** Events come late, and not in the order of their time: so far back each look goes again. */
const lag = 60_000

/** An entry, and the function that logged it. */
export type NamedEntry = LogEntry & {
  /** `get /` */
  readonly function: string
}

export interface LogsRequest {
  /** The log group of each function, by the function's name. */
  readonly groups: ReadonlyMap<string, string>
  /** Milliseconds; what was logged from then on. */
  readonly from: number
  /** Goes on until nobody wants more. */
  readonly tail: boolean
}

/**
 * What functions have logged, oldest first; of a function that was never called nothing.
 * @param tellMissing told once of each function that has no log group yet
 */
export async function* readLogs(
  { groups, from, tail }: LogsRequest,
  ports: LogsPorts,
  tellMissing: (name: string) => void,
): AsyncGenerator<NamedEntry> {
  const seen = new Map<string, number>()
  const missing = new Set<string>()
  for (let since = from; !ports.isOver();) {
    const began = ports.now()
    const looks = await Promise.all(
      [...groups].map(async ([name, group]) => {
        const events = await eventsOf(group, since, ports)
        if (events === undefined && !missing.has(name)) tellMissing(name)
        if (events === undefined) missing.add(name)
        return (events ?? []).map((event) => ({ name, event }))
      }),
    )
    const fresh = looks
      .flat()
      .filter(({ event }) => !seen.has(event.id))
      .toSorted((one, other) => one.event.time - other.event.time)
    for (const { name, event } of fresh) {
      seen.set(event.id, event.time)
      yield { ...parseEvent(event), function: name }
    }
    if (!tail) return
    since = Math.max(from, began - lag)
    for (const [id, time] of seen) if (time < since) seen.delete(id)
    await ports.wait(pause)
  }
}

/** All pages, empty ones between them too; `undefined` when there is no such group. */
async function eventsOf(
  group: string,
  from: number,
  ports: LogsPorts,
): Promise<readonly LogEvent[] | undefined> {
  const events: LogEvent[] = []
  for (let next: string | undefined; ;) {
    const page = await ports.readPage(group, from, next)
    if (page === undefined) return undefined
    events.push(...page.events)
    next = page.next
    if (next === undefined) return events
  }
}
