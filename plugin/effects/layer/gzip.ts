import { availableParallelism } from 'node:os'
import { constants, crc32, deflateRaw } from 'node:zlib'

import { copiedBlocks, type DeflatedBlocks } from './copied-blocks.ts'

/** A piece of what some blocks unpack to; with the others of the same blocks all of it. */
export interface CompressedPiece {
  readonly bytes: Uint8Array
  readonly blocks: DeflatedBlocks
}

const blockSize = 1024 * 1024
/** The farthest that deflate looks back (RFC 1951). */
const windowSize = 32 * 1024
/** Fixed: no name, no time, level unsaid, operating system unknown (RFC 1952, 2.3). */
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
const emptyFinalBlock = Buffer.from([3, 0])

/**
 * Compresses to one gzip member, a few blocks at a time on the threads of zlib. Each block knows the
 * window before it, so it is as small as in one run; the bytes do not depend on how the source is
 * cut. What is there compressed is copied: it has to look back to no more than what comes before it
 * here too. Holds a few MiB, whatever the size.
 */
export async function* gzip(
  source: AsyncIterable<Uint8Array | CompressedPiece>,
  concurrency = Math.min(availableParallelism(), 4),
): AsyncGenerator<Uint8Array, void> {
  yield header
  const running: Promise<Buffer>[] = []
  // Used again, because the collector of garbage lets large buffers pile up.
  const free: Buffer[] = []
  const take = () => free.pop() ?? Buffer.allocUnsafeSlow(blockSize)
  let window: Buffer | undefined
  let crc = 0
  let size = 0
  let copied: DeflatedBlocks | undefined
  const see = (bytes: Uint8Array): void => {
    crc = crc32(bytes, crc)
    size += bytes.length
    const before = bytes.length < windowSize && window !== undefined ? [window] : []
    window = Buffer.concat([...before, bytes.subarray(-windowSize)]).subarray(-windowSize)
  }
  try {
    for await (const piece of inBlocks(source, take)) {
      if ('blocks' in piece) {
        if (piece.blocks !== copied) {
          while (running.length > 0) yield await (running.shift() ?? Buffer.alloc(0))
          yield* copiedBlocks(piece.blocks)
        }
        copied = piece.blocks
        see(piece.bytes)
        continue
      }
      const { block, whole } = piece
      // One more than the threads, so that none of them waits for the reader of this stream.
      if (running.length > concurrency) yield await (running.shift() ?? Buffer.alloc(0))
      const deflated = deflateBlock(block, window)
      deflated.then(
        () => free.push(whole),
        () => undefined,
      )
      running.push(deflated)
      see(block)
    }
    while (running.length > 0) yield await (running.shift() ?? Buffer.alloc(0))
  } finally {
    await Promise.allSettled(running)
  }
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(crc, 0)
  trailer.writeUInt32LE(size % 2 ** 32, 4)
  yield Buffer.concat([emptyFinalBlock, trailer])
}

function deflateBlock(block: Buffer, dictionary: Buffer | undefined): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deflateRaw(
      block,
      {
        level: 6,
        // Room for a whole block: one trip to the threads and no joining.
        chunkSize: block.length + 1024,
        finishFlush: constants.Z_SYNC_FLUSH,
        ...(dictionary !== undefined && { dictionary }),
      },
      (error, compressed) => (error ? reject(error) : resolve(compressed)),
    )
  })
}

/**
 * Cuts a stream into blocks of one size; only the last one, and one before what is there compressed,
 * may be shorter, none is empty.
 */
async function* inBlocks(
  source: AsyncIterable<Uint8Array | CompressedPiece>,
  take: () => Buffer,
): AsyncGenerator<{ readonly block: Buffer; readonly whole: Buffer } | CompressedPiece, void> {
  let whole = take()
  let filled = 0
  for await (const chunk of source) {
    if ('blocks' in chunk) {
      if (filled > 0) {
        yield { block: whole.subarray(0, filled), whole }
        whole = take()
        filled = 0
      }
      yield chunk
      continue
    }
    for (let offset = 0; offset < chunk.length;) {
      const part = chunk.subarray(offset, offset + blockSize - filled)
      whole.set(part, filled)
      filled += part.length
      offset += part.length
      if (filled === blockSize) {
        yield { block: whole, whole }
        whole = take()
        filled = 0
      }
    }
  }
  if (filled > 0) yield { block: whole.subarray(0, filled), whole }
}
