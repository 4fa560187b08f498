import type { ImageTree } from './image-tree.ts'
import type { Found } from '../environment/missing-files.ts'

/** What Lambda's user finds at a path of an image. */
export function foundIn(tree: ImageTree, path: string): Found {
  const node = tree.find(path)?.node
  if (node === undefined || node.kind === 'symlink') return 'missing'
  if (node.kind === 'directory') return 'directory'
  return (node.allowed & 1) === 1 ? 'program' : 'file'
}
