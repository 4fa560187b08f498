import type { AnyNode } from 'acorn'

import { isFunction } from '../script/scope.ts'
import { trimWholeCall } from './trim-call.ts'
import { listOf, make, nameOf, type Trimming } from './trimming.ts'

type Declarator = Extract<AnyNode, { type: 'VariableDeclarator' }>

/** A variable: its names, and what it is if that can be known; of nothing known nothing is said. */
export function trimDeclarator({ type, id, init }: Declarator, trimming: Trimming): AnyNode {
  const kept = init ? trimInit(id, init, trimming) : null
  const isNothing = kept?.type === 'ArrayExpression' && kept.elements.length === 0
  return make(type, { id: trimPattern(id, trimming), init: isNothing ? null : kept })
}

function trimInit(id: AnyNode, init: AnyNode, trimming: Trimming): AnyNode {
  if (id.type !== 'Identifier') return listOf(trimming.all([init]))
  if (isFunction(init)) return trimming.function(init)
  const isCall = init.type === 'CallExpression' && init.callee.type === 'Identifier'
  return isCall ? trimWholeCall(init, trimming) : trimming.value(init)
}

/** A name, or a list of the names of a pattern and of what remains of its defaults. */
export function trimPattern(pattern: AnyNode, trimming: Trimming): AnyNode {
  if (pattern.type === 'Identifier') return nameOf(pattern)
  return make('ArrayPattern', { elements: partsOf(pattern, trimming) })
}

function partsOf(pattern: AnyNode, trimming: Trimming): AnyNode[] {
  const parts = (one: AnyNode): AnyNode[] => partsOf(one, trimming)
  switch (pattern.type) {
    case 'Identifier':
      return [nameOf(pattern)]
    case 'AssignmentPattern':
      return [...parts(pattern.left), ...unnamed(pattern.right, trimming)]
    case 'RestElement':
      return parts(pattern.argument)
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? parts(element) : []))
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        property.type === 'Property'
          ? [...unnamed(property.key, trimming), ...parts(property.value)]
          : parts(property),
      )
    default:
      return unnamed(pattern, trimming)
  }
}

/** What remains of an expression in a pattern, where it declares nothing. */
function unnamed(node: AnyNode, { rest }: Trimming): AnyNode[] {
  const remains = rest(node)
  if (remains.length === 0) return []
  const left = make('ArrayPattern', { elements: [] })
  return [make('AssignmentPattern', { left, right: listOf(remains) })]
}
