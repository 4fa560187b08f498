import { packageFolder } from '../../core/walk/judge-findings.ts'
import { namedTexts } from '../../core/script/named-texts.ts'
import type { BundleInput } from '../../ports/bundle.ts'
import { readPlain } from './read-plain.ts'

/**
 * Those of some packages that the app's own code names as a value: `client: 'pg'`. Asked only when
 * some package is loaded by name at run time and is missing.
 */
export async function namedPackages(
  inputs: readonly BundleInput[],
  wanted: readonly string[],
): Promise<ReadonlySet<string>> {
  if (wanted.length === 0) return new Set()
  const own = inputs.filter(({ path }) => packageFolder(path) === undefined)
  const texts = await Promise.all(own.map(async ({ file }) => namedTexts(await readPlain(file))))
  const named = new Set(texts.flat())
  return new Set(wanted.filter((name) => named.has(name)))
}
