import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

import { parseDigest, type Digest } from '../../oci/digest.ts'
import type { ImageFile } from '../../ports/bundle.ts'

/** sha256 over paths, modes and contents of files that are sorted by path. */
export async function bundleDigest(files: readonly ImageFile[]): Promise<Digest> {
  const whole = createHash('sha256')
  for (const { path, executable, source } of files) {
    const content = createHash('sha256')
    if (source.kind === 'bytes') content.update(source.bytes)
    else for await (const chunk of createReadStream(source.file)) content.update(chunk)
    whole.update(JSON.stringify([path, executable, content.digest('hex')]))
  }
  return parseDigest(`sha256:${whole.digest('hex')}`)
}
