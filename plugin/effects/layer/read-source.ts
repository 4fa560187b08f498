import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

import type { ImageFile } from '../../ports/bundle.ts'
import type { PackedFile } from './layer-entry.ts'

/**
 * The bytes of a file of a layer, at once.
 * @param most how many of them, from the beginning on; absent: all
 */
export function readSource(
  source: ImageFile['source'] | PackedFile['source'],
  most?: number,
): Uint8Array {
  if (source.kind === 'bytes') return source.bytes.subarray(0, most)
  const { file } = source
  if (source.kind === 'file' && most === undefined) return readFileSync(file)
  const length = Math.min(source.size, most ?? source.size)
  const descriptor = openSync(file, 'r')
  try {
    const bytes = Buffer.allocUnsafe(length)
    const offset = source.kind === 'part' ? source.offset : 0
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset))
  } finally {
    closeSync(descriptor)
  }
}
