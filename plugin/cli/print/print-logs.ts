import { setTimeout as sleep } from 'node:timers/promises'

import { type NamedEntry, readLogs } from '../../actions/logs.ts'
import { formatEntry } from '../../core/logs/format-entry.ts'
import type { Aws } from '../../effects/aws/client.ts'
import { defaultCacheDirectory } from '../../effects/cache/cache-directory.ts'
import { readSourceMaps } from '../../effects/cache/source-maps.ts'
import type { LoggingFunction } from '../../effects/logs/find-log-groups.ts'
import { mapFrames } from '../../effects/logs/map-frames.ts'
import { createReadLogPage } from '../../effects/logs/read-log-page.ts'
import { redact } from '../../effects/secrets/known-secrets.ts'
import type { Digest } from '../../oci/digest.ts'
import { createPaint, type Style } from './paint.ts'
import { printJsonLine } from './print-json.ts'

/** How log entries are printed. */
export interface Printing {
  /** Milliseconds. */
  readonly from: number
  readonly tail: boolean
  readonly json: boolean
  /** What a function runs now; absent for a zip. */
  readonly imageOf: (name: string) => Digest | undefined
  /** Waited for before an entry is printed, where others print too. */
  readonly turn?: () => Promise<unknown>
  /** Ends it. */
  readonly signal?: AbortSignal
}

/** Prints entries as they come, with the places of the sources where the bundle's map is known here. */
export async function printLogs(
  aws: Aws,
  functions: readonly LoggingFunction[],
  { from, tail, json, imageOf, turn, signal }: Printing,
): Promise<void> {
  const groups = new Map(functions.map(({ name, group }) => [name, group]))
  const ports = {
    readPage: createReadLogPage(aws),
    now: Date.now,
    wait: async (milliseconds: number) =>
      await sleep(milliseconds, undefined, { ...(signal && { signal }) }).catch(() => undefined),
    isOver: () => signal?.aborted === true,
  }
  const missing = (name: string): void =>
    void process.stderr.write(`${name} has not been called yet, so it has no logs.\n`)
  for await (const entry of readLogs({ groups, from, tail }, ports, missing)) {
    const mapped = await withSources(entry, imageOf(entry.function))
    await turn?.()
    if (json) printJsonLine('logs', { ...mapped, time: new Date(entry.time).toISOString() })
    else printEntry(mapped, functions.length > 1)
  }
}

async function withSources(entry: NamedEntry, image: Digest | undefined): Promise<NamedEntry> {
  if (entry.kind !== 'error' || entry.stack.length === 0) return entry
  const maps = image && (await readSourceMaps(defaultCacheDirectory(process.env), image))
  if (maps === undefined || maps.size === 0) {
    if (entry.stack.some((frame) => frame.includes('index.cjs:'))) sayUnmapped()
    return entry
  }
  return { ...entry, stack: mapFrames(entry.stack, maps) }
}

let said = false

function sayUnmapped(): void {
  if (said) return
  said = true
  process.stderr.write(
    'Places in index.cjs are those of the bundle: its source map is only on the machine that deployed it.\n',
  )
}

const styles: Readonly<Record<NamedEntry['kind'], Style>> = {
  error: 'red',
  line: 'reset',
  platform: 'dim',
  report: 'dim',
}

function printEntry(entry: NamedEntry, isOneOfMany: boolean): void {
  const text = formatEntry(entry)
  if (text === undefined) return
  const time = new Date(entry.time).toISOString().slice(11, 23)
  const name = isOneOfMany ? `${entry.function}  ` : ''
  const paint = createPaint(process.stdout, process.env)
  process.stdout.write(`${redact(`${time}  ${name}${paint(styles[entry.kind], text)}`)}\n`)
}
