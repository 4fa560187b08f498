import type { ArchivedEntry } from '../../core/image/archived-entry.ts'
import { parseProgram, programHead } from '../../core/image/program.ts'

/** No smaller file is one that could be started. */
export const smallestProgram = 4

/** Node says its version where it says who it is to an inspector. */
const nodeVersion = /node\.js\/v(\d+)\.\d+\.\d+/

/** What a file that passes by says of itself as a program. */
export interface ProgramReader {
  /** Gives the next bytes. @returns whether more of them may say more */
  readonly take: (chunk: Uint8Array) => boolean
  /** What is known after all that was taken. */
  readonly found: () => Pick<ArchivedEntry, 'program' | 'node'>
}

/** Of most files the first piece is enough; the version of Node is somewhere inside of it. */
export function readProgram(path: string): ProgramReader {
  const isNode = /(?:^|\/)node$/.test(path)
  /** What came so far of a file that may be a program: a copy, as pieces may be used again. */
  let head: Buffer = Buffer.alloc(0)
  let program: ReturnType<typeof parseProgram>
  let node: number | undefined
  let tail = ''
  return {
    take(chunk) {
      if (program === undefined) {
        const { buffer, byteOffset, byteLength } = chunk
        const piece = Buffer.from(buffer, byteOffset, byteLength)
        const start = head.length === 0 ? piece : Buffer.concat([head, piece])
        const isShort = start.length < programHead && mayBeProgram(start)
        head = isShort ? Buffer.from(start) : Buffer.alloc(0)
        if (isShort) return true
        program = parseProgram(start)
        if (program === undefined || !isNode) return false
      }
      const text = tail + Buffer.from(chunk).toString('latin1')
      const version = nodeVersion.exec(text)?.[1]
      if (version !== undefined) node = Number(version)
      tail = text.slice(-64)
      return node === undefined
    },
    found() {
      program ??= parseProgram(head)
      return { ...(program !== undefined && { program }), ...(node !== undefined && { node }) }
    },
  }
}

function mayBeProgram(head: Buffer): boolean {
  const start = head.toString('latin1', 0, 4)
  return '\x7fELF'.startsWith(start) || start.startsWith('#!')
}
