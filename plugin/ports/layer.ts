import type { Descriptor } from '../oci/descriptor.ts'
import type { Digest } from '../oci/digest.ts'

/** A layer whose compressed bytes can be read as often as a retry needs. */
export interface Layer {
  readonly descriptor: Descriptor
  /** Digest of the uncompressed tar. */
  readonly diffId: Digest
  /** Bytes of the uncompressed tar. */
  readonly uncompressedSize: number
  open(): AsyncIterable<Uint8Array>
}
