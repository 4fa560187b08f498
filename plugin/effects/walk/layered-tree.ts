import { posix } from 'node:path'

import { createShippedTree, type TreeEntry } from '../../core/walk/shipped-tree.ts'
import type { ShippedTree } from '../../core/walk/shipped-tree.ts'
import type { LayerEntry } from '../layer/layer-entry.ts'
import { readSource } from '../layer/read-source.ts'

/**
 * The tree that entries of layers make, later ones over earlier ones. The base below them is not
 * read: what it brings, `unlisted` says.
 */
export function layeredTree(
  entries: Iterable<LayerEntry>,
  unlisted: ShippedTree['unlisted'],
): ShippedTree {
  const files = new Map<string, LayerEntry>()
  const folders = new Set<string>()
  for (const entry of entries) {
    files.set(entry.path, entry)
    let folder = posix.dirname(entry.path)
    for (; folder !== '.' && !folders.has(folder); folder = posix.dirname(folder)) {
      folders.add(folder)
    }
  }
  return createShippedTree({
    entry(path): TreeEntry | undefined {
      const found = files.get(path)
      if (found === undefined) return folders.has(path) ? { kind: 'directory' } : undefined
      return 'executable' in found
        ? { kind: 'file' }
        : { kind: 'link', target: found.source.target }
    },
    read(path) {
      const found = files.get(path)
      if (found === undefined || !('executable' in found)) throw new Error(`${path} is no file.`)
      return readSource(found.source)
    },
    unlisted,
  })
}
