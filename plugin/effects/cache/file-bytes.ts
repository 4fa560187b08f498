import { open } from 'node:fs/promises'

const chunkSize = 1024 * 1024

/**
 * A file's bytes in large pieces.
 * @param scratch memory to use for every piece; absent: each has its own, so a reader may keep it
 * @param part absent: the whole file
 */
export async function* fileBytes(
  path: string,
  scratch?: Buffer,
  part?: { readonly offset: number; readonly size: number },
): AsyncGenerator<Uint8Array, void> {
  await using file = await open(path)
  const { offset: start, size } = part ?? { offset: 0, size: (await file.stat()).size }
  const end = start + size
  for (let offset = start; offset < end;) {
    const length = Math.min(scratch?.length ?? chunkSize, end - offset)
    const piece = scratch ?? Buffer.allocUnsafe(length)
    const { bytesRead, buffer } = await file.read(piece, 0, length, offset)
    if (bytesRead === 0) return
    offset += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
