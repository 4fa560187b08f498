import { isBuiltin } from 'node:module'

import { gatherModules } from '../../core/package-bundle/gather-modules.ts'
import { writeBundle } from '../../core/package-bundle/write-bundle.ts'
import type { PlannedImage } from '../../core/model.ts'
import type { LayerEntry } from '../layer/layer-entry.ts'
import { layeredTree } from '../walk/layered-tree.ts'

/**
 * Puts the JavaScript of the packages that `bundle-packages` names into one file of the layer. Every
 * file stays where it is; those that handlers ask for load from the one file.
 * @param direct packages that the image itself names
 */
export function bundlePackages(
  entries: readonly LayerEntry[],
  direct: readonly string[],
  { nodeVersion, settings: { bundlePackages: named = [] } }: PlannedImage,
): readonly LayerEntry[] {
  if (named.length === 0) return entries
  const chosen = direct.filter((one) => named.includes('all') || named.includes(one)).toSorted()
  const tree = layeredTree(entries, () => 'unknown')
  const bundle = writeBundle(gatherModules(tree, chosen, nodeVersion, isBuiltin))
  if (bundle === undefined) return entries
  const stubs = new Map(bundle.stubs.map(({ path, bytes }) => [path, bytes]))
  const files = bundle.files.map(({ path, bytes }) => fileOf(path, bytes, false))
  return [
    ...entries.map((entry) => {
      const bytes = 'executable' in entry ? stubs.get(entry.path) : undefined
      return bytes && 'executable' in entry ? fileOf(entry.path, bytes, entry.executable) : entry
    }),
    ...files,
  ]
}

function fileOf(path: string, bytes: Uint8Array, executable: boolean): LayerEntry {
  return { path, executable, source: { kind: 'bytes', bytes } }
}
