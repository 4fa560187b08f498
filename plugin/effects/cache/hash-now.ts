import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

const piece = Buffer.allocUnsafeSlow(256 * 1024)

/**
 * The sha256 of a file, in hex, by synchronous calls and in small pieces: an archive may have hundreds
 * of megabytes.
 * @throws what reading throws
 */
export function hashNow(file: string): string {
  const hash = createHash('sha256')
  const descriptor = openSync(file, 'r')
  try {
    for (let length; (length = readSync(descriptor, piece)) > 0;)
      hash.update(piece.subarray(0, length))
    return hash.digest('hex')
  } finally {
    closeSync(descriptor)
  }
}
