import type { Descriptor } from '../../oci/descriptor.ts'
import { leastSize } from '../../oci/layer.ts'
import type { Repository } from '../../ports/repository.ts'

/**
 * What a layer unpacks to at least, by one request for four bytes; nothing is unpacked.
 *
 * A gzip file ends in its uncompressed size modulo 4 GiB (RFC 1952, 2.3.1), or in that of its last
 * member: an eStargz layer ends in an empty one. So where the file itself is larger than its end
 * says, only its own size is certain. Never more than the truth.
 */
export async function leastUncompressedSize(
  layer: Descriptor,
  repository: Repository,
): Promise<number> {
  const least = leastSize(layer.size)
  if (!layer.mediaType.endsWith('gzip') || layer.size < 4) return least
  const tail = await repository.getBlobTail(layer, 4)
  return Math.max(Buffer.from(tail).readUInt32LE(0), least)
}
