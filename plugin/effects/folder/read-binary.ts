import { open } from 'node:fs/promises'

import { foreignFormat, type Binary } from '../../core/natives/binary.ts'
import { parseElf } from '../../core/natives/elf.ts'

/** What a native file is for, by a few small reads; `undefined` for any other file. */
export async function readBinary(path: string): Promise<Binary | undefined> {
  await using file = await open(path)
  const read = async (offset: number, length: number): Promise<Buffer> => {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset)
    return buffer.subarray(0, bytesRead)
  }
  const elf = await parseElf(read)
  if (elf !== undefined) return elf
  const format = foreignFormat(await read(0, 4))
  return format === undefined ? undefined : { format }
}
