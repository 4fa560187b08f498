import { rmSync } from 'node:fs'

import type { TakenFile } from './taken-entries.ts'
import { wholeBlocks } from './whole-blocks.ts'

/** Bytes from which on a file is worth to be copied as it is compressed. */
const large = 1024 * 1024

/** By how much a piece of content is farther in the archive than among the content alone. */
export interface Shift {
  readonly offset: number
  readonly by: number
}

/** Finds places in an archive by the pieces that its parser hands on, which are parts of its own. */
export function createPlaces(): {
  /** A piece that the parser is about to get. */
  readonly next: (piece: Uint8Array) => void
  /** Content that it found, and where that is among all content. */
  readonly see: (content: Uint8Array, offset: number) => void
  readonly shifts: () => readonly Shift[]
} {
  const shifts: Shift[] = []
  let current: Uint8Array = new Uint8Array()
  let start = 0
  return {
    next(piece) {
      start += current.length
      current = piece
    },
    see(content, offset) {
      const within = content.byteOffset - current.byteOffset
      const isPart = within >= 0 && within + content.length <= current.length
      if (content.buffer !== current.buffer || !isPart) return
      const by = start + within - offset
      if (shifts.at(-1)?.by !== by) shifts.push({ offset, by })
    },
    shifts: () => shifts,
  }
}

/** The tarball stays only where some of it is to be copied. */
export function withBlocks(
  files: readonly TakenFile[],
  shifts: readonly Shift[],
  tarball: string,
): readonly TakenFile[] {
  const contents = files.flatMap((file) => {
    const { offset, size } = file
    const found =
      size < large
        ? undefined
        : shifts.find((one) => one.offset >= offset && one.offset < offset + size)
    return found === undefined ? [] : [{ file, start: offset + found.by, size }]
  })
  const found = contents.length === 0 ? [] : wholeBlocks(tarball, contents)
  if (found.every((blocks) => blocks === undefined)) rmSync(tarball)
  const byFile = new Map(contents.map(({ file }, index) => [file, found[index]]))
  return files.map((file) => {
    const blocks = byFile.get(file)
    return blocks === undefined ? file : { ...file, blocks }
  })
}
