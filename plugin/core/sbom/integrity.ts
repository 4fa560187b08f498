/** A checksum of the tarball that a package came in. */
export interface Checksum {
  /** As CycloneDX names it; SPDX has no hyphen. */
  readonly algorithm: 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'
  readonly hex: string
}

const algorithms = {
  sha1: ['SHA-1', 20],
  sha256: ['SHA-256', 32],
  sha384: ['SHA-384', 48],
  sha512: ['SHA-512', 64],
} as const

/** What a lockfile's integrity says (W3C, Subresource Integrity); what is no hash of ours is none. */
export function checksumsOf(integrity = ''): readonly Checksum[] {
  return Object.entries(algorithms).flatMap(([prefix, [algorithm, length]]) => {
    const text = integrity.split(/\s+/).find((each) => each.startsWith(`${prefix}-`))
    const base64 = text?.slice(prefix.length + 1).replace(/\?.*$/, '') ?? ''
    const bytes = Buffer.from(base64, 'base64')
    return bytes.length === length ? [{ algorithm, hex: bytes.toString('hex') }] : []
  })
}
