import type { LambdaArchitecture } from '../../oci/platform.ts'

/** What the first bytes of an executable say. */
export type Program =
  | {
      readonly format: 'elf'
      readonly machine: LambdaArchitecture | 'other'
      /** The loader of a program that is linked dynamically. */
      readonly interpreter?: string
    }
  /** What follows `#!`, without arguments. */
  | { readonly format: 'script'; readonly interpreter: string }

/** As many bytes of a file as `parseProgram` looks at. */
export const programHead = 4096

/** `e_machine` values of the ELF specification. */
const machines: Readonly<Record<number, LambdaArchitecture>> = { 0xb7: 'arm64', 0x3e: 'x86_64' }
const interpreterSegment = 3
/** Linux reads no more of a script's first line. */
const longestShebang = 256

/** @returns undefined for what the kernel would not start: it knows ELF and `#!` only */
export function parseProgram(head: Buffer): Program | undefined {
  if (head.toString('latin1', 0, 2) === '#!') return parseScript(head)
  if (head.length < 20 || head.readUInt32BE(0) !== 0x7f454c46) return undefined
  const isPlain = head[4] === 2 && head[5] === 1
  const machine = isPlain ? (machines[head.readUInt16LE(18)] ?? 'other') : 'other'
  const interpreter = machine === 'other' ? undefined : readInterpreter(head)
  return { format: 'elf', machine, ...(interpreter !== undefined && { interpreter }) }
}

function parseScript(head: Buffer): Program {
  const [line = ''] = head.toString('utf8', 2, longestShebang).split('\n')
  // A carriage return is part of the name, as it is for the kernel.
  const [interpreter = ''] = line.replace(/^[ \t]+/, '').split(/[ \t]/)
  return { format: 'script', interpreter }
}

/** The segment PT_INTERP, which linkers put right behind the headers. */
function readInterpreter(head: Buffer): string | undefined {
  if (head.length < 64) return undefined
  const [table, entrySize, count] = [
    Number(head.readBigUInt64LE(32)),
    head.readUInt16LE(54),
    head.readUInt16LE(56),
  ]
  for (let at = table, entry = 0; entry < count && at + 56 <= head.length; entry++) {
    if (head.readUInt32LE(at) === interpreterSegment) {
      const start = Number(head.readBigUInt64LE(at + 8))
      const end = start + Number(head.readBigUInt64LE(at + 32)) - 1
      return end <= head.length ? head.toString('latin1', start, end) : undefined
    }
    at += entrySize
  }
  return undefined
}
