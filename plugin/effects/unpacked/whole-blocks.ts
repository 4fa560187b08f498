import { closeSync, openSync, readSync } from 'node:fs'

import { deflateBlocks } from '../../oci/deflate-blocks.ts'

/** Blocks of a tarball that hold nothing but a part of one file. */
export interface WholeBlocks {
  /** Bytes of the file. */
  readonly from: number
  readonly to: number
  /** Of the tarball. */
  readonly startBit: number
  readonly endBit: number
}

/** As far as deflate looks back. */
const windowSize = 32 * 1024
/** What is not worth it. */
const least = 512 * 1024

/**
 * Finds what of large files can be copied as it is compressed.
 * @param tarball gzipped
 * @param contents where files are in the archive, unpacked
 * @returns in the same order; undefined where nothing can
 */
export function wholeBlocks(
  tarball: string,
  contents: readonly { readonly start: number; readonly size: number }[],
): readonly (WholeBlocks | undefined)[] {
  const found = contents.map((): WholeBlocks | undefined => undefined)
  const descriptor = openSync(tarball, 'r')
  const readAt = (offset: number, target: Uint8Array) =>
    readSync(descriptor, target, 0, target.length, offset)
  try {
    for (const { bit, byte } of deflateBlocks(readAt)) {
      for (const [index, { start, size }] of contents.entries()) {
        const at = byte - start
        if (at < windowSize || at > size) continue
        const { from, startBit } = found[index] ?? { from: at, startBit: bit }
        found[index] = { from, to: at, startBit, endBit: bit }
      }
    }
  } catch (error) {
    // Compressed by something that is not understood here: it is compressed again.
    if (!(error instanceof RangeError)) throw error
    return contents.map(() => undefined)
  } finally {
    closeSync(descriptor)
  }
  return found.map((one) => (one !== undefined && one.to - one.from >= least ? one : undefined))
}
