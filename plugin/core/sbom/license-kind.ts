import parse from 'spdx-expression-parse'

/** How a licence can be named in a bill of materials. */
export type LicenseKind =
  /** One licence of SPDX's list, by its identifier. */
  | { readonly kind: 'id'; readonly text: string }
  /** An expression of such identifiers. */
  | { readonly kind: 'expression'; readonly text: string }
  /** What no tool knows: `SEE LICENSE IN LICENSE.md`, `UNLICENSED`. */
  | { readonly kind: 'words'; readonly text: string }

/** @param text what a package.json says */
export function licenseKind(text: string): LicenseKind {
  try {
    const parsed = parse(text)
    const isOne = 'license' in parsed && !('exception' in parsed) && parsed.plus !== true
    return isOne && parsed.license === text ? { kind: 'id', text } : { kind: 'expression', text }
  } catch {
    return { kind: 'words', text }
  }
}
