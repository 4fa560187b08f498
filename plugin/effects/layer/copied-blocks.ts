import { fileBytes } from '../cache/file-bytes.ts'

/** Whole blocks of deflate in a file, none of them the last of its stream. */
export interface DeflatedBlocks {
  readonly file: string
  /** Counted from the lowest bit of each byte on. */
  readonly startBit: number
  readonly endBit: number
}

/** A block of nothing, behind its first three bits, which leads to the next whole byte. */
const emptyBlock = Buffer.from([0, 0, 0xff, 0xff])

/**
 * The same blocks from a whole byte to a whole byte, so that others can follow (RFC 1951, 3.2.4).
 * What they look back to must be the same before them as it was.
 */
export async function* copiedBlocks({
  file,
  startBit,
  endBit,
}: DeflatedBlocks): AsyncGenerator<Uint8Array, void> {
  const shift = startBit % 8
  const offset = (startBit - shift) / 8
  const end = Math.ceil(endBit / 8)
  // Of the byte that came last, what no whole one was made of yet.
  let rest = 0
  let isFirst = true
  let left = endBit - startBit
  for await (const piece of fileBytes(file, undefined, { offset, size: end - offset })) {
    const out = Buffer.allocUnsafe(piece.length)
    let length = 0
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at] ?? 0
      if (!isFirst) out[length++] = rest | (byte << (8 - shift))
      rest = byte >>> shift
      isFirst = false
    }
    const whole = Math.min(length, Math.floor(left / 8))
    left -= 8 * whole
    // More than a byte is left only of the last piece.
    if (whole < length) rest = out[whole] ?? 0
    yield out.subarray(0, whole)
  }
  const last = rest & ((1 << left) - 1)
  yield Buffer.concat([Buffer.from(left > 5 ? [last, 0] : [last]), emptyBlock])
}
