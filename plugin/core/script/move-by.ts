import type { AnyNode } from 'acorn'

import { childrenOf, isLeaf } from './scope.ts'

/** Positions of a tree, as they are where its text begins later. */
export function moveBy(distance: number, node: AnyNode): void {
  if ('start' in node) node.start += distance
  if ('end' in node) node.end += distance
  if (isLeaf(node)) return
  for (const child of childrenOf(node)) moveBy(distance, child)
}
