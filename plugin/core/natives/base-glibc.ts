import type { Problem } from '../../errors.ts'
import { compareVersions } from './binary.ts'

/**
 * The glibc of AWS's base images: Amazon Linux 2023 from Node 20 on, Amazon Linux 2 before; also
 * behind a mirror's name. Of other bases nothing is known.
 */
export function glibcOfBase(reference: string): string | undefined {
  const node = /(?:^|\/)lambda\/nodejs:(\d+)/.exec(reference)?.[1]
  if (node !== undefined) return Number(node) >= 20 ? '2.34' : '2.26'
  const provided = /(?:^|\/)lambda\/provided:(al2023|al2)\b/.exec(reference)?.[1]
  if (provided !== undefined) return provided === 'al2023' ? '2.34' : '2.26'
  return undefined
}

/** A native file that needs a newer glibc than the base has fails when it is loaded. */
export function checkGlibc(
  needed: { readonly version: string; readonly file: string } | undefined,
  base: string,
): { readonly problems: readonly Problem[]; readonly notes: readonly string[] } {
  if (needed === undefined) return { problems: [], notes: [] }
  const has = glibcOfBase(base)
  if (has === undefined) {
    const note = `${needed.file} needs glibc ${needed.version}; what ${base} has is not known.`
    return { problems: [], notes: [note] }
  }
  if (compareVersions(needed.version, has) <= 0) return { problems: [], notes: [] }
  const message =
    `${needed.file} needs glibc ${needed.version}, and ${base} has ${has}. Choose a version of the ` +
    'package that was built for an older system, or a base with a newer one.'
  return { problems: [{ code: 'DEPENDENCIES_UNFIT', message }], notes: [] }
}
