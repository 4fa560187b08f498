import { posix } from 'node:path'

import type { ArchivedEntry } from '../image/archived-entry.ts'
import { treeOf } from '../image/image-tree.ts'

type Layers = readonly (readonly ArchivedEntry[])[]

/**
 * How many layers, from the lowest up, are unpacked into one folder each, so that one that stays
 * the same is unpacked once. An overlay of folders knows no whiteouts, and puts nothing through a
 * link of a lower folder: where an upper group needs either, all go into one.
 * @param wanted sizes of the groups; their sum is the number of layers
 */
export function layerGroups(layers: Layers, wanted: readonly number[]): readonly number[] {
  const sizes = wanted.filter((size) => size > 0)
  let height = sizes[0] ?? 0
  for (const size of sizes.slice(1)) {
    const below = layers.slice(0, height)
    height += size
    if (!isPlain(below, layers.slice(height - size, height))) return [layers.length]
  }
  return sizes
}

function isPlain(below: Layers, above: Layers): boolean {
  const tree = treeOf(below)
  const entries = above.flat()
  const own = new Set(entries.map(({ path }) => path))
  const direct = new Map<string, boolean>([['.', true]])
  const isDirect = (folder: string): boolean => {
    const known = direct.get(folder)
    if (known !== undefined) return known
    const found = tree.find(folder)
    const is = (found === undefined || found.path === folder) && isDirect(posix.dirname(folder))
    direct.set(folder, is)
    return is
  }
  return entries.every(({ path, kind, target = '' }) => {
    if (posix.basename(path).startsWith('.wh.')) return false
    if (kind === 'hardlink' && !own.has(target)) return false
    return isDirect(posix.dirname(posix.normalize(path)))
  })
}
