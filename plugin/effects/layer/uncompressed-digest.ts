import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

import type { Descriptor } from '../../oci/descriptor.ts'
import { type Digest, parseDigest } from '../../oci/digest.ts'
import type { Repository } from '../../ports/repository.ts'

/**
 * Digest of what a gzipped layer in a registry unpacks to, from its bytes and not from what a config
 * says of them. Nothing is written.
 * @param maximumSize where the reading stops: what is longer is something else anyway
 * @returns undefined for what is longer, no gzip, or a gzip with something behind its end, which
 * unpackers do not agree on
 */
export async function uncompressedDigest(
  layer: Descriptor,
  repository: Repository,
  maximumSize: number,
): Promise<Digest | undefined> {
  const compressed = Readable.from(repository.openBlob(layer), { objectMode: false })
  const archive = compressed.pipe(createGunzip())
  let failed: Error | undefined
  compressed.once('error', (error) => {
    failed = error
    archive.destroy()
  })
  const hash = createHash('sha256')
  let size = 0
  try {
    for await (const chunk of archive) {
      hash.update(chunk)
      size += chunk.length
      if (size > maximumSize) return undefined
    }
  } catch {
    if (failed !== undefined) throw failed
    return undefined
  } finally {
    archive.destroy()
    compressed.destroy()
  }
  return archive.bytesWritten === layer.size
    ? parseDigest(`sha256:${hash.digest('hex')}`)
    : undefined
}
