/** What a layer's first bytes say it is; Lambda takes gzip. */
export function compressionOf(
  head: Uint8Array,
): 'gzip' | 'zstd' | 'an uncompressed tar' | 'no gzip' {
  const bytes = Buffer.from(head)
  if (bytes.length < 4) return 'no gzip'
  if (bytes.readUInt16BE(0) === 0x1f8b) return 'gzip'
  if (bytes.readUInt32BE(0) === 0x28b52ffd) return 'zstd'
  return bytes.toString('latin1', 257, 262) === 'ustar' ? 'an uncompressed tar' : 'no gzip'
}
