import { createHash } from 'node:crypto'

import { ContainerImageError } from '../errors.ts'

declare const brand: unique symbol

/** `sha256:` and 64 lower-case hex digits; only `parseDigest` and `digestOf` make one. */
export type Digest = `sha256:${string}` & { readonly [brand]: 'Digest' }

/**
 * Text to `Digest`. Digests become paths and URLs, so nothing else may pass.
 * @throws ContainerImageError DIGEST_INVALID
 */
export function parseDigest(text: unknown): Digest {
  if (isDigest(text)) return text
  throw new ContainerImageError(
    'DIGEST_INVALID',
    `${JSON.stringify(text)} is not a digest. Expected 'sha256:' and 64 lower-case hex digits.`,
  )
}

/** The sha256 of bytes that are all in memory. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`)
}

/** Its 64 hex digits, or the first of them: names of files, short forms for people. */
export function hexOf(digest: Digest, length?: number): string {
  return digest.slice('sha256:'.length).slice(0, length)
}

/** Whether text is a digest of the one algorithm in use. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && /^sha256:[0-9a-f]{64}$/.test(text)
}
