import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

import { createShippedTree, type TreeEntry } from '../../core/walk/shipped-tree.ts'
import type { ShippedTree } from '../../core/walk/shipped-tree.ts'

/**
 * The tree of an image that was unpacked into a folder, base and all. Links are followed inside of
 * it only: an absolute one starts at that folder and not at this machine's root.
 */
export function unpackedTree(root: string): ShippedTree {
  return createShippedTree({
    entry(path): TreeEntry | undefined {
      const file = join(root, path)
      const found = lstatSync(file, { throwIfNoEntry: false })
      if (found?.isSymbolicLink()) return { kind: 'link', target: readlinkSync(file) }
      if (found?.isDirectory()) return { kind: 'directory' }
      return found?.isFile() ? { kind: 'file' } : undefined
    },
    read: (path) => readFileSync(join(root, path)),
    unlisted: () => 'absent',
  })
}
