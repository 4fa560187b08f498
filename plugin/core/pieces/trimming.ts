import type { AnyNode } from 'acorn'

import type { FunctionNode } from '../script/scope.ts'

/** What the parts of trimming ask of each other. */
export interface Trimming {
  /** What remains of a node whose value nobody asks for. */
  readonly rest: (node: AnyNode) => readonly AnyNode[]
  readonly all: (nodes: readonly (AnyNode | null | undefined)[]) => AnyNode[]
  /** A node whose value is asked for. */
  readonly value: (node: AnyNode) => AnyNode
  /** A function that may be called by whoever has it. */
  readonly function: (node: FunctionNode) => AnyNode
  /** Something was kept that can load a file, or call what does. */
  readonly act: () => void
}

/** A node of those fields that are asked for; its position is one where an edge can be. */
export function make(type: AnyNode['type'], fields: object): AnyNode {
  return Object.assign(Object.create(null), { type }, fields)
}

/** Nodes that are visited one after the other, and that have no value which is known. */
export function listOf(elements: readonly AnyNode[]): AnyNode {
  return make('ArrayExpression', { elements })
}

export function nameOf({ name }: { readonly name: string }): AnyNode {
  return make('Identifier', { name })
}
