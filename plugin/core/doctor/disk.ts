import { formatBytes } from '../basics/format-bytes.ts'
import { type Finding, note, ok, stops } from './finding.ts'

/** Free bytes of a folder. */
export interface FreeSpace {
  readonly folder: string
  readonly free: number
}

/** A layer of packages and the same unpacked; a large image twice. */
const tooLittle = 300_000_000
const little = 3_000_000_000

export function judgeDisk(spaces: readonly FreeSpace[]): Finding {
  const told = spaces.map(({ folder, free }) => `${formatBytes(free)} free in ${folder}`).join(', ')
  const least = Math.min(...spaces.map(({ free }) => free))
  if (least < tooLittle) return stops(`${told}: too little for an image. Make room.`)
  if (least < little) return note(`${told}: little for a large image`)
  return ok(told)
}
