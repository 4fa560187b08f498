import { isRecord, textOf } from '../basics/is-record.ts'
import type { Program } from './program.ts'

/** An entry of a layer, as its archive has it. */
export interface ArchivedEntry {
  /** Relative to the root, without `./` before it and `/` after it. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other'
  /** What a link names: of a hard link a path in the archive. */
  readonly target?: string
  /** What Lambda's user may do: the bits of read 4, write 2, execute 1. */
  readonly allowed: number
  /** Bytes of a file; absent for none, and for an empty one. */
  readonly size?: number
  /** Of a file that can be started or loaded. */
  readonly program?: Program
  /** Of a program that says it is Node: its major version. */
  readonly node?: number
}

const kinds = ['file', 'directory', 'symlink', 'hardlink', 'other'] as const

/** Entries that were remembered as JSON; nothing when they are not as they were written. */
export function parseArchivedEntries(record: unknown): readonly ArchivedEntry[] | undefined {
  if (!Array.isArray(record)) return undefined
  const entries = record.map(parseEntry)
  return entries.includes(undefined) ? undefined : entries.filter((entry) => entry !== undefined)
}

function parseEntry(value: unknown): ArchivedEntry | undefined {
  if (!isRecord(value)) return undefined
  const { allowed, node, size } = value
  const path = textOf(value['path'])
  const kind = kinds.find((one) => one === value['kind'])
  if (path === undefined || kind === undefined || typeof allowed !== 'number') return undefined
  const target = textOf(value['target'])
  const program = parseKnownProgram(value['program'])
  return {
    path,
    kind,
    allowed,
    ...(target !== undefined && { target }),
    ...(typeof size === 'number' && { size }),
    ...(program !== undefined && { program }),
    ...(typeof node === 'number' && { node }),
  }
}

function parseKnownProgram(value: unknown): Program | undefined {
  if (!isRecord(value)) return undefined
  const interpreter = textOf(value['interpreter'])
  if (value['format'] === 'script') return { format: 'script', interpreter: interpreter ?? '' }
  const machine = (['arm64', 'x86_64', 'other'] as const).find((one) => one === value['machine'])
  if (machine === undefined) return undefined
  return { format: 'elf', machine, ...(interpreter !== undefined && { interpreter }) }
}
