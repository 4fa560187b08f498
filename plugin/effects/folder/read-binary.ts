import { open } from 'node:fs/promises'

import { foreignFormat, type Binary } from '../../core/natives/binary.ts'
import { parseElf } from '../../core/natives/elf.ts'

/**
 * What a native file is for, by a few small reads; `undefined` for any other file.
 * @param part where it is in a file that has others, too
 */
export async function readBinary(
  path: string,
  part?: { readonly offset: number; readonly size: number },
): Promise<Binary | undefined> {
  await using file = await open(path)
  const { offset: start, size } = part ?? { offset: 0, size: Infinity }
  const read = async (offset: number, length: number): Promise<Buffer> => {
    const most = Math.max(0, Math.min(length, size - offset))
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, most, start + offset)
    return buffer.subarray(0, bytesRead)
  }
  const elf = await parseElf(read)
  if (elf !== undefined) return elf
  const format = foreignFormat(await read(0, 4))
  return format === undefined ? undefined : { format }
}
