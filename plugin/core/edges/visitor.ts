import type { AnyNode } from 'acorn'

import type { EdgeList } from './edge-list.ts'
import type { Necessity } from './edge.ts'
import type { KnownValues } from '../script/known-values.ts'
import type { Given } from '../script/require-function.ts'
import type { FunctionNode, Scope } from '../script/scope.ts'

/** Where the visitor is: in which scope, how certainly, and whether a `return` may have ended it. */
export interface Place {
  readonly scope: Scope
  readonly necessity: Necessity
  readonly body: { left: boolean }
}

/** What becomes of that which is found in a file. */
export interface Visitor {
  readonly known: KnownValues
  readonly add: EdgeList['add']
  readonly visit: (node: AnyNode, place: Place) => void
  /** A function is called. */
  readonly invoke: (
    node: FunctionNode,
    scope: Scope,
    how: Necessity,
    given?: readonly Given[],
  ) => void
  /** A function is there, which may be called later; by its name, if it has one. */
  readonly meet: (node: FunctionNode, scope: Scope, name?: string) => void
  readonly await: (place: Place) => void
}
