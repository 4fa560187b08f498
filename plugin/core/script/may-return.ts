import type { AnyNode } from 'acorn'

import { childrenOf, isFunction } from './scope.ts'

/** Whether a statement can end the function it is in. */
export function mayReturn(node: AnyNode): boolean {
  if (node.type === 'ReturnStatement') return true
  return !isFunction(node) && childrenOf(node).some(mayReturn)
}
