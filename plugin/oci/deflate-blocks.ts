/** Where a block of deflate begins (RFC 1951). */
export interface BlockStart {
  /** Of the compressed file, counted as deflate does: from the lowest bit of each byte on. */
  readonly bit: number
  /** Of what it unpacks to. */
  readonly byte: number
}

/** Fills a target with bytes from a place on, and says how many there were. */
export type ReadAt = (offset: number, target: Uint8Array) => number

/** No header of a block is longer, and no symbol. */
const longest = 1024
/** Codes have 15 bits at most. */
const largestTable = 1 << 15
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/**
 * Where the blocks of the first member of a gzip file begin. Symbols are only counted, nothing is
 * unpacked. What comes of a damaged file is anything or an error: whoever uses it proves the result.
 * @throws RangeError for what is no gzip, or breaks off
 */
export function* deflateBlocks(readAt: ReadAt, pieceSize = 1024 * 1024): Generator<BlockStart> {
  const piece = new Uint8Array(Math.max(pieceSize, 4 * longest))
  const end = 8 * (piece.length - longest)
  const at: Place = { bit: 0, byte: 0 }
  // Used for every block: thousands of them would fill the memory before any is collected.
  const tables = [largestTable, largestTable].map((size) => new Uint32Array(size))
  const codesOf = (literals: readonly number[], distances: readonly number[]): Codes => ({
    literals: tableOf(literals, literalEntry, tables[0]),
    distances: tableOf(distances, distanceEntry, tables[1]),
  })
  let start = 0
  let filled = 0
  const moveTo = (offset: number): void => {
    start = offset
    filled = readAt(offset, piece)
    piece.fill(0, filled)
  }
  const makeRoom = (): void => {
    if (at.bit > 8 * filled) throw new RangeError('a gzip file breaks off')
    if (at.bit < end) return
    moveTo(start + (at.bit >>> 3))
    at.bit &= 7
  }
  moveTo(0)
  at.bit = 8 * gzipHeaderLength(piece)
  for (let isLast = false; !isLast;) {
    makeRoom()
    yield { bit: 8 * start + at.bit, byte: at.byte }
    isLast = take(piece, at, 1) === 1
    const kind = take(piece, at, 2)
    if (kind === 0) {
      at.bit = (at.bit + 7) & ~7
      const size = take(piece, at, 16)
      moveTo(start + (at.bit >>> 3) + 2 + size)
      at.bit = 0
      at.byte += size
    } else {
      if (kind === 3) throw new RangeError('no deflate')
      const codes = codesOf(...(kind === 1 ? fixedLengths : dynamicLengths(piece, at)))
      while (!countSymbols(piece, at, end, codes)) makeRoom()
    }
  }
}

interface Place {
  bit: number
  byte: number
}

/** By the next bits of the file; 0 where no code is. */
interface Codes {
  /** `size << 9 | extra << 5 | length`: what a symbol unpacks to, bits that add to it, bits of it. */
  readonly literals: Uint32Array
  /** Bits of a symbol and of what belongs to it. */
  readonly distances: Uint32Array
}

/** @returns whether the block ended; else there must be more at hand before it goes on */
function countSymbols(
  piece: Uint8Array,
  at: Place,
  end: number,
  { literals, distances }: Codes,
): boolean {
  const [literalMask, distanceMask] = [literals.length - 1, distances.length - 1]
  let { bit, byte } = at
  let isEnd = false
  while (bit < end) {
    const bits = peek(piece, bit)
    const symbol = literals[bits & literalMask] ?? 0
    const length = symbol & 31
    if (length === 0) throw new RangeError('no deflate')
    const size = symbol >>> 9
    if (size === 1) {
      bit += length
      byte++
      continue
    }
    const extra = (symbol >>> 5) & 15
    bit += length + extra
    if (size === 0) {
      isEnd = true
      break
    }
    byte += size + ((bits >>> length) & ((1 << extra) - 1))
    const distance = distances[peek(piece, bit) & distanceMask] ?? 0
    if (distance === 0) throw new RangeError('no deflate')
    bit += distance
  }
  at.bit = bit
  at.byte = byte
  return isEnd
}

type Lengths = readonly [literals: readonly number[], distances: readonly number[]]

/** RFC 1951, 3.2.6. */
const fixedLengths: Lengths = [
  [8, 9, 7, 8].flatMap((length, part) => {
    const count = [144, 112, 24, 8][part] ?? 0
    return Array.from({ length: count }, () => length)
  }),
  Array.from({ length: 30 }, () => 5),
]

/** At least 25 bits. */
function peek(piece: Uint8Array, bit: number): number {
  const at = bit >>> 3
  const low = (piece[at] ?? 0) | ((piece[at + 1] ?? 0) << 8)
  const high = ((piece[at + 2] ?? 0) << 16) | ((piece[at + 3] ?? 0) << 24)
  return (low | high) >>> (bit & 7)
}

function take(piece: Uint8Array, at: Place, count: number): number {
  const value = peek(piece, at.bit) & ((1 << count) - 1)
  at.bit += count
  return value
}

/** RFC 1952, 2.3. */
function gzipHeaderLength(bytes: Uint8Array): number {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) throw new RangeError('no gzip')
  const flags = bytes[3] ?? 0
  let length = 10
  if ((flags & 4) !== 0) length += 2 + (bytes[10] ?? 0) + 256 * (bytes[11] ?? 0)
  // Name and comment end in a zero.
  for (const flag of [8, 16]) if ((flags & flag) !== 0) length = bytes.indexOf(0, length) + 1
  if ((flags & 2) !== 0) length += 2
  if (length < 10 || length > bytes.length - longest) throw new RangeError('no gzip')
  return length
}

/** Of literals and of distances (RFC 1951, 3.2.7). */
function dynamicLengths(piece: Uint8Array, at: Place): Lengths {
  const [literals, distances] = [257 + take(piece, at, 5), 1 + take(piece, at, 5)]
  const count = 4 + take(piece, at, 4)
  const own = Array.from({ length: 19 }, () => 0)
  for (const symbol of lengthOrder.slice(0, count)) own[symbol] = take(piece, at, 3)
  const table = tableOf(own, (symbol, length) => (symbol << 5) | length, new Uint32Array(1 << 7))
  const lengths: number[] = []
  while (lengths.length < literals + distances) {
    const found = table[peek(piece, at.bit) & (table.length - 1)] ?? 0
    if (found === 0) throw new RangeError('no deflate')
    at.bit += found & 31
    const symbol = found >>> 5
    if (symbol < 16) lengths.push(symbol)
    else {
      const value = symbol === 16 ? (lengths.at(-1) ?? 0) : 0
      const [least, bits] = symbol === 16 ? [3, 2] : symbol === 17 ? [3, 3] : [11, 7]
      const times = least + take(piece, at, bits)
      for (let time = 0; time < times; time++) lengths.push(value)
    }
  }
  return [lengths.slice(0, literals), lengths.slice(literals, literals + distances)]
}

/** RFC 1951, 3.2.5: 256 ends a block, what comes after it is a copy of 3 bytes or more. */
function literalEntry(symbol: number, length: number): number {
  if (symbol < 256) return (1 << 9) | length
  if (symbol === 256) return length
  if (symbol === 285) return (258 << 9) | length
  const index = symbol - 257
  const extra = Math.max(0, (index >>> 2) - 1)
  const size = 3 + (index < 8 ? index : (4 + (index & 3)) << extra)
  return (size << 9) | (extra << 5) | length
}

function distanceEntry(symbol: number, length: number): number {
  return length + Math.max(0, (symbol >>> 1) - 1)
}

/** RFC 1951, 3.2.2; codes are read from the lowest bit on, so they are reversed. */
function tableOf(
  lengths: readonly number[],
  entryOf: (symbol: number, length: number) => number,
  memory = new Uint32Array(largestTable),
): Uint32Array {
  const most = Math.max(1, ...lengths)
  const table = memory.subarray(0, 1 << most).fill(0)
  let code = 0
  for (let length = 1; length <= most; length++, code <<= 1) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue
      const entry = entryOf(symbol, length)
      for (let at = reversed(code, length); at < table.length; at += 1 << length) table[at] = entry
      code++
    }
  }
  return table
}

function reversed(code: number, length: number): number {
  let value = 0
  for (let bit = 0; bit < length; bit++) value |= ((code >>> bit) & 1) << (length - 1 - bit)
  return value
}
