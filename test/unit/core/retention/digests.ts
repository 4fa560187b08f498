import { digestOf, type Digest } from '../../../../plugin/oci/digest.ts'

/** Digests by a letter. */
export function digest(name: string): Digest {
  return digestOf(name)
}
