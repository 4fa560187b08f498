import { digestOf, hexOf } from '../../oci/digest.ts'
import { stableJson } from '../../oci/stable-json.ts'

/** A UUID that a content decides (RFC 9562, version 8). */
export function contentUuid(content: object): string {
  const hex = hexOf(digestOf(stableJson(content)))
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
