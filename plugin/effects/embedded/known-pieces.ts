import type { PieceMemory, ScriptPiece } from '../../core/pieces/script-piece.ts'
import { readProven, writeProven } from '../cache/proven-record.ts'

/** The pieces of an image's bundles, as they were when those were last parsed. */
export interface RememberedPieces {
  /** What is known of a file's pieces, or else those of the file that was read last. */
  readonly of: (path: string) => PieceMemory
  /** Writes down the pieces of what was read. */
  readonly close: () => Promise<void>
}

/** Characters of pieces in a record: reading more can take longer than it saves. */
const mostKept = 8_000_000

/** Goes up when what is written means something else. */
const version = 2

/** What is written; files are in the order in which they were read, the last one first. */
interface PieceRecord {
  readonly version: number
  readonly pieces: readonly ScriptPiece[]
  /** By number. */
  readonly files: readonly (readonly [path: string, pieces: readonly number[]])[]
}

type Files = ReadonlyMap<string, readonly ScriptPiece[]>

/** Most functions of an image have most modules in common, so that they share a record. */
export function rememberPieces(cacheDirectory: string, file: string): RememberedPieces {
  let before: Files | undefined
  let last: readonly ScriptPiece[] | undefined
  const now = new Map<string, readonly ScriptPiece[]>()
  return {
    of(path) {
      before ??= readPieces(file)
      const [newest = []] = before.values()
      return {
        before: now.get(path) ?? before.get(path) ?? last ?? newest,
        keep(pieces) {
          last = pieces
          now.set(path, pieces)
        },
      }
    },
    async close() {
      if (before === undefined) return
      const files = new Map([...now].toReversed())
      for (const [path, pieces] of before) if (!files.has(path)) files.set(path, pieces)
      await writeProven(cacheDirectory, file, JSON.stringify(recordOf(files)))
    },
  }
}

function readPieces(file: string): Files {
  const json = readProven(file)
  const nothing: PieceRecord = { version, pieces: [], files: [] }
  const written: PieceRecord = json === undefined ? nothing : JSON.parse(json)
  const { pieces, files } = written.version === version ? written : nothing
  return new Map(
    files.map(([path, numbers]) => [path, numbers.flatMap((number) => pieces[number] ?? [])]),
  )
}

/** Each piece once; files as long as there is room. */
function recordOf(files: Files): PieceRecord {
  const numbers = new Map<string, number>()
  const pieces: ScriptPiece[] = []
  const written: [string, number[]][] = []
  let size = 0
  for (const [path, own] of files) {
    if (size > mostKept) break
    const ownNumbers = own.map((piece) => {
      const { sha256, isFirst, isStrict } = piece
      const key = `${sha256} ${isFirst} ${isStrict}`
      const number = numbers.get(key) ?? pieces.push(piece) - 1
      if (!numbers.has(key)) size += piece.statements.length
      numbers.set(key, number)
      return number
    })
    written.push([path, ownNumbers])
  }
  return { version, pieces, files: written }
}
