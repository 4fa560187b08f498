import { createHash, hash } from 'node:crypto'

import { parseDigest, type Digest } from '../../oci/digest.ts'
import type { ImageFile } from '../../ports/bundle.ts'

/** sha256 over paths, modes and contents of files that are sorted by path. */
export function bundleDigest(files: readonly ImageFile[]): Digest {
  const whole = createHash('sha256')
  for (const { path, executable, source } of files) {
    const content = source.kind === 'bytes' ? hash('sha256', source.bytes, 'hex') : source.sha256
    if (content === undefined) throw new TypeError(`${path} was not read before it got a name`)
    whole.update(JSON.stringify([path, executable, content]))
  }
  return parseDigest(`sha256:${whole.digest('hex')}`)
}
