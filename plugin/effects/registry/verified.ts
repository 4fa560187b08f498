import { createHash } from 'node:crypto'

import { ContainerImageError } from '../../errors.ts'
import type { Descriptor } from '../../oci/descriptor.ts'

/**
 * The same bytes, checked against size while they pass and against the digest at the end.
 * @throws ContainerImageError REGISTRY_CONTENT_INVALID
 */
export async function* verified(
  source: AsyncIterable<Uint8Array>,
  { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
  what: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let seen = 0
  for await (const chunk of source) {
    seen += chunk.length
    if (seen > size) throw invalid(what, `more than its ${size} bytes`)
    hash.update(chunk)
    yield chunk
  }
  if (seen !== size) throw invalid(what, `${seen} of its ${size} bytes`)
  const found = `sha256:${hash.digest('hex')}`
  if (found !== digest) throw invalid(what, `the bytes of ${found}, not of ${digest}`)
}

export function invalid(what: string, seen: string): ContainerImageError {
  return new ContainerImageError(
    'REGISTRY_CONTENT_INVALID',
    `${what} gave ${seen}. Nothing of it was used. Look at what lies between, such as a proxy, then deploy again.`,
  )
}
