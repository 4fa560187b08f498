import type { Digest } from './digest.ts'

/** What a layer is, without its bytes. */
export interface LayerFacts {
  readonly diffId: Digest
  readonly digest: Digest
  /** Compressed bytes. */
  readonly size: number
  readonly uncompressedSize: number
}

/** gzip never grows data by as much as a hundredth: stored blocks and headers are far less. */
const incompressible = 0.99
/** A gzip file tells its uncompressed size in four bytes (RFC 1952). */
const greatestTold = 2 ** 32

/** Bytes that layers of a compressed size unpack to at least. */
export function leastSize(compressed: number): number {
  return Math.floor(compressed * incompressible)
}

/**
 * Whether that many bytes can have been found out for layers: what was remembered may have been
 * damaged since. A layer counts for what it tells, or for its own size where that is more.
 */
export function isPossibleSize(
  uncompressed: unknown,
  layers: readonly { readonly size: number }[],
): uncompressed is number {
  if (typeof uncompressed !== 'number' || !Number.isSafeInteger(uncompressed)) return false
  const least = layers.reduce((sum, { size }) => sum + leastSize(size), 0)
  const most = layers.reduce((sum, { size }) => sum + Math.max(size, greatestTold), 0)
  return uncompressed >= least && uncompressed <= most
}
