import { createHash, hash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { setImmediate as breathe } from 'node:timers/promises'

import { ContainerImageError } from '../../errors.ts'
import { fileBytes } from '../cache/file-bytes.ts'
import { unreadable } from './look-at.ts'

/** Up to here a file is read at once: a stream costs ten times the processor time. */
const gulp = 256 * 1024
const scratch = Buffer.allocUnsafeSlow(gulp + 1)

/**
 * The sha256 of each file, in hex, in their order: when a file is read again for a layer, it is then
 * known to be the same.
 * @param look is shown a file's first 256 KiB or less, in memory that the next file uses again
 * @throws ContainerImageError FILE_CHANGED when a file has not the size that was seen, FILES_UNFIT
 * when one cannot be read
 */
export async function hashFiles(
  files: readonly { readonly file: string; readonly size: number }[],
  look?: (index: number, beginning: Buffer) => void,
): Promise<string[]> {
  const hashes: string[] = []
  let lastBreath = performance.now()
  for (const [index, { file, size }] of files.entries()) {
    if (performance.now() - lastBreath > 20) {
      await breathe()
      lastBreath = performance.now()
    }
    const { sha256, bytes } = await hashFile(file, size, (beginning) => look?.(index, beginning))
    if (bytes !== size) throw fileChanged(file)
    hashes.push(sha256)
  }
  return hashes
}

/**
 * The sha256 of a file and how many bytes it has.
 * @param expected about its size; a small file is read at once
 * @throws ContainerImageError FILES_UNFIT
 */
export async function hashFile(
  file: string,
  expected: number,
  look?: (beginning: Buffer) => void,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  try {
    if (expected <= gulp) {
      const content = readSmall(file)
      look?.(content)
      return { sha256: hash('sha256', content, 'hex'), bytes: content.length }
    }
    const whole = createHash('sha256')
    let bytes = 0
    for await (const chunk of fileBytes(file, Buffer.allocUnsafeSlow(1024 * 1024))) {
      if (bytes === 0)
        look?.(Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.length, gulp)))
      whole.update(chunk)
      bytes += chunk.length
    }
    return { sha256: whole.digest('hex'), bytes }
  } catch (error) {
    const message = `${file} ${unreadable(error)}. Make it readable, or take it away.`
    throw new ContainerImageError('FILES_UNFIT', message, { cause: error })
  }
}

/** At most one byte more than expected, in memory that the next file uses again. */
function readSmall(file: string): Buffer {
  const descriptor = openSync(file, 'r')
  try {
    const length = readSync(descriptor, scratch, 0, scratch.length, null)
    return scratch.subarray(0, length)
  } finally {
    closeSync(descriptor)
  }
}

/** What is named is what is packed: another content under the same name would never be mended. */
export function fileChanged(file: string): ContainerImageError {
  return new ContainerImageError(
    'FILE_CHANGED',
    `${file} changed while the deploy was reading it. Deploy again when nothing writes to it.`,
  )
}
