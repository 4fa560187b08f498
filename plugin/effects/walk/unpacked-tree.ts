import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

import {
  createShippedTree,
  type ShippedTree,
  type TreeEntry,
} from '../../core/walk/shipped-tree.ts'

/**
 * The tree of an image that was unpacked, base and all. Links are followed inside of it only: an
 * absolute one starts at its root and not at this machine's.
 * @param roots folders laid over one another, the topmost first
 */
export function unpackedTree(...roots: readonly string[]): ShippedTree {
  // What a path's folders are, the tree has asked before: an upper one hides nothing by then.
  const look = (path: string) =>
    roots
      .map((root) => join(root, path))
      .map((file) => ({ file, found: lstatSync(file, { throwIfNoEntry: false }) }))
      .find(({ found }) => found !== undefined)
  return createShippedTree({
    entry(path): TreeEntry | undefined {
      const { file = '', found } = look(path) ?? {}
      if (found?.isSymbolicLink()) return { kind: 'link', target: readlinkSync(file) }
      if (found?.isDirectory()) return { kind: 'directory' }
      return found?.isFile() ? { kind: 'file' } : undefined
    },
    read: (path) => readFileSync(look(path)?.file ?? join(roots[0] ?? '/', path)),
    unlisted: () => 'absent',
  })
}
