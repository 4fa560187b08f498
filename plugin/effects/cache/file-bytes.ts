import { open } from 'node:fs/promises'

const chunkSize = 1024 * 1024

/**
 * A file's bytes in large pieces.
 * @param scratch memory to use for every piece; absent: each has its own, so a reader may keep it
 */
export async function* fileBytes(path: string, scratch?: Buffer): AsyncGenerator<Uint8Array, void> {
  await using file = await open(path)
  const { size } = await file.stat()
  for (let offset = 0; offset < size;) {
    const length = Math.min(scratch?.length ?? chunkSize, size - offset)
    const piece = scratch ?? Buffer.allocUnsafe(length)
    const { bytesRead, buffer } = await file.read(piece, 0, length, offset)
    if (bytesRead === 0) return
    offset += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
