import type { Digest } from './digest.ts'

/** What a layer is, without its bytes. */
export interface LayerFacts {
  readonly diffId: Digest
  readonly digest: Digest
  /** Compressed bytes. */
  readonly size: number
  readonly uncompressedSize: number
}
