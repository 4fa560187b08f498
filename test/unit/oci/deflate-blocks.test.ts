import { randomBytes } from 'node:crypto'
import { constants, deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib'

import t from 'tap'

import { deflateBlocks, type BlockStart } from '../../../plugin/oci/deflate-blocks.ts'

/** Letters, repetitions near and far, and noise. */
function mixedBytes(size: number): Buffer {
  const words = Buffer.from('the quick brown fox jumps over the lazy dog, again and again; ')
  const parts: Buffer[] = []
  for (let length = 0; length < size;) {
    const part = parts.length % 3 === 0 ? randomBytes(5000) : words.subarray(parts.length % 40)
    parts.push(part)
    length += part.length
  }
  return Buffer.concat(parts).subarray(0, size)
}

function blocksOf(file: Buffer, pieceSize?: number): readonly BlockStart[] {
  const readAt = (offset: number, target: Uint8Array) =>
    file.copy(target, 0, offset, offset + target.length)
  return [...deflateBlocks(readAt, pieceSize)]
}

/** What comes before a block, unpacked: its bits, and a last block of nothing behind them. */
function before(file: Buffer, { bit }: BlockStart): Buffer {
  const bytes = Buffer.from([...file.subarray(10, Math.floor(bit / 8) + 1), 0, 0])
  const [at, shift] = [bytes.length - 3, bit % 8]
  const kept = (bytes[at] ?? 0) & ((1 << shift) - 1)
  // A last block by the fixed codes, `1 01`, and the seven zeros that end it.
  bytes.writeUInt16LE(kept | (3 << shift), at)
  return inflateRawSync(bytes)
}

t.test('each block begins where zlib ends the one before', async (t) => {
  const bytes = mixedBytes(150_000)
  for (const options of [
    { level: 1 },
    { level: 6 },
    { level: 9 },
    { level: 0 },
    { strategy: constants.Z_FIXED },
    { strategy: constants.Z_HUFFMAN_ONLY },
    { strategy: constants.Z_RLE, memLevel: 1 },
  ]) {
    const file = gzipSync(bytes, options)
    const blocks = blocksOf(file, 4096)
    t.ok(blocks.length > 2, JSON.stringify(options))
    t.same(blocks, blocksOf(file), 'however it is read')
    for (const block of [...blocks.slice(0, 2), ...blocks.slice(-1)])
      t.ok(before(file, block).equals(bytes.subarray(0, block.byte)), `at ${block.byte}`)
  }
})

t.test('name, comment, checksum and more in the header', async (t) => {
  const plain = gzipSync(Buffer.from('hello'))
  const header = Buffer.from(plain.subarray(0, 10))
  header[3] = 4 | 8 | 16 | 2
  const more = Buffer.from([3, 0, 1, 2, 3, ...Buffer.from('name\0comment\0'), 9, 9])
  const [block] = blocksOf(Buffer.concat([header, more, plain.subarray(10)]))
  t.same(block, { bit: 8 * (10 + more.length), byte: 0 })
})

t.test('what is no gzip, is damaged or breaks off', async (t) => {
  const bytes = mixedBytes(300_000)
  const file = gzipSync(bytes)
  t.throws(() => blocksOf(Buffer.from('no')), RangeError)
  t.throws(() => blocksOf(file.subarray(0, file.length / 2)), RangeError)
  t.throws(() => blocksOf(deflateRawSync(bytes)), RangeError)
  const wrong = Buffer.concat([file.subarray(0, 10), Buffer.from([7]), file.subarray(11)])
  t.throws(() => blocksOf(wrong), RangeError)
  t.ok(gunzipSync(file).equals(bytes))
})
