import type { AnyNode } from 'acorn'

import { childrenOf, isFunction, namesOf } from '../script/scope.ts'
import { make } from './trimming.ts'

/**
 * Leaves out of the statements of a trimmed function what they declare and neither they nor its
 * parameters name: nothing is found by it, and no name means something else because of it.
 */
export function dropUnused(params: readonly AnyNode[], statements: readonly AnyNode[]): AnyNode[] {
  const used = new Set<string>()
  for (const node of [...params, ...statements]) addUsed(node, used)
  return dropFrom(statements, used)
}

/** Names are added but for those that a declaration gives. */
function addUsed(node: AnyNode, used: Set<string>): void {
  if (node.type === 'Identifier') used.add(node.name)
  const isPattern = node.type === 'ArrayPattern'
  for (const child of childrenOf(node)) {
    const isGiven = child.type === 'Identifier' && (isPattern || isDeclared(child, node))
    if (!isGiven) addUsed(child, used)
  }
}

function isDeclared(name: AnyNode, by: AnyNode): boolean {
  if (by.type === 'VariableDeclarator') return by.id === name
  return isFunction(by) && (by.id === name || by.params.some((param) => param === name))
}

function dropFrom(nodes: readonly (AnyNode | null)[], used: ReadonlySet<string>): AnyNode[] {
  return nodes.flatMap((node) => (node ? remains(node, used) : []))
}

function remains(node: AnyNode, used: ReadonlySet<string>): readonly AnyNode[] {
  switch (node.type) {
    case 'FunctionDeclaration': {
      const isEmpty = node.body.body.length === 0
      return isEmpty && !used.has(node.id?.name ?? '') ? [] : [node]
    }
    case 'VariableDeclaration': {
      const declarations = node.declarations.flatMap((one) => {
        const { id, init } = one
        if (id.type !== 'ArrayPattern')
          return init === null && !namesOf(id).some((name) => used.has(name)) ? [] : [one]
        const elements = id.elements.filter(
          (each) => each?.type !== 'Identifier' || used.has(each.name),
        )
        if (init === null && elements.length === 0) return []
        return [make(one.type, { id: make(id.type, { elements }), init })]
      })
      return declarations.length === 0 ? [] : [make(node.type, { declarations })]
    }
    case 'BlockStatement':
      return [make(node.type, { body: dropFrom(node.body, used) })]
    case 'ArrayExpression':
      return [make(node.type, { elements: dropFrom(node.elements, used) })]
    default:
      return [node]
  }
}
