import type { Digest } from '../../oci/digest.ts'
import type { Repository } from '../../ports/repository.ts'

/** Asks for each of them, at the same time. */
export async function hasAllBlobs(
  repository: Pick<Repository, 'hasBlob'>,
  digests: Iterable<Digest>,
): Promise<boolean> {
  const there = await Promise.all(Array.from(digests, (digest) => repository.hasBlob(digest)))
  return there.every(Boolean)
}
