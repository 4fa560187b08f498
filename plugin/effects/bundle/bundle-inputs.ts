import type { BundleInput } from '../../ports/bundle.ts'
import type { BundledFile, Module } from '../bundle-memory/bundled-function.ts'

/** What files were made from, sorted; what tree shaking left nothing of is in none. */
export function bundleInputs(
  files: readonly Pick<BundledFile, 'path' | 'parts'>[],
  modules: ReadonlyMap<string, Module>,
): BundleInput[] {
  const into = new Map<string, Record<string, number>>()
  for (const { path, parts } of files)
    for (const [module, bytes] of parts) {
      if (bytes === 0) continue
      const own = into.get(module) ?? {}
      own[path] = bytes
      into.set(module, own)
    }
  return [...modules.values()]
    .flatMap(({ path, file, imports }) => {
      const own = into.get(path)
      return own === undefined ? [] : [{ path, file, into: own, imports }]
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
