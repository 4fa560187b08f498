import { open } from 'node:fs/promises'

const chunkSize = 1024 * 1024

/** A file's bytes in large pieces, each of its own memory, so that a reader may keep them. */
export async function* fileBytes(path: string): AsyncGenerator<Uint8Array, void> {
  await using file = await open(path)
  const { size } = await file.stat()
  for (let offset = 0; offset < size;) {
    const length = Math.min(chunkSize, size - offset)
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, offset)
    if (bytesRead === 0) return
    offset += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
