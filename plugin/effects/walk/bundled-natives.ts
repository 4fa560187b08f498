import { nativeMark, loadsNative } from '../../core/bundle/native-marks.ts'
import type { Edge } from '../../core/edges/edge.ts'
import { readEdges } from '../../core/walk/read-edges.ts'
import type { BundleInput } from '../../ports/bundle.ts'
import type { BundledPackage } from './bundled-package.ts'
import { readPlain } from './read-plain.ts'

/** How a bundled package has native files; `optional` where the code does without them. */
export type Natives =
  | { readonly kind: 'none' | 'optional' }
  | { readonly kind: 'needed'; readonly mark: string }

/**
 * Whether bundled code cannot do without native files: somebody loads their package outside of
 * `try`, and it loads them outside of `try`.
 */
export async function nativesOf(
  { manifest, entries, files }: BundledPackage,
  inputs: readonly BundleInput[],
): Promise<Natives> {
  const mark = nativeMark(manifest, entries)
  if (mark === undefined) return { kind: 'none' }
  const inside = new Set(files.map(({ path }) => path))
  const askers = inputs.filter(
    ({ path, imports }) => !inside.has(path) && imports.some(({ to }) => inside.has(to)),
  )
  const asked = await Promise.all(askers.map((asker) => isAsked(asker, inside)))
  if (askers.length > 0 && !asked.includes(true)) return { kind: 'optional' }
  if (mark.kind === 'platforms') return { kind: 'needed', mark: mark.text }
  const own = (await Promise.all(files.map(edgesOf))).flat()
  const natives = own.filter(({ specifier }) => loadsNative(specifier))
  const isOptional =
    natives.length > 0 && natives.every(({ necessity }) => necessity === 'tolerated')
  return isOptional ? { kind: 'optional' } : { kind: 'needed', mark: mark.text }
}

/** Whether a file loads one of some others outside of `try`; one that cannot be read is thought to. */
async function isAsked(asker: BundleInput, others: ReadonlySet<string>): Promise<boolean> {
  const specifiers = new Set(
    asker.imports.flatMap(({ to, specifier }) => (others.has(to) ? [specifier] : [])),
  )
  const edges = (await edgesOf(asker)).filter(({ specifier }) => specifiers.has(specifier))
  return edges.length === 0 || edges.some(({ necessity }) => necessity !== 'tolerated')
}

async function edgesOf({ path, file }: BundleInput): Promise<readonly Edge[]> {
  const text = await readPlain(file)
  const script = readEdges({ path, text, isModule: false })
  return script.syntax === 'es module'
    ? readEdges({ path, text, isModule: true }).edges
    : script.edges
}
