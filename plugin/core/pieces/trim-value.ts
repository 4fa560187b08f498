import type { AnyNode } from 'acorn'

import {
  calleeName,
  isKnownFunction,
  isKnownMember,
  isValue,
  pathOf,
} from '../script/known-values.ts'
import { callsCreateRequire } from '../script/require-function.ts'
import { trimWholeCall, trimPath } from './trim-call.ts'
import { listOf, make, nameOf, type Trimming } from './trimming.ts'

/** An expression, with all that its value can be known by. */
export function trimValue(node: AnyNode, trimming: Trimming): AnyNode {
  const { value, rest } = trimming
  if (!callsCreateRequire(node) && !mayBeKnown(node)) return listOf(rest(node))
  switch (node.type) {
    case 'Literal':
      return make(node.type, { value: node.value })
    case 'Identifier':
      return nameOf(node)
    case 'TemplateLiteral': {
      const quasis = node.quasis.map((quasi) =>
        make(quasi.type, { value: { cooked: quasi.value.cooked } }),
      )
      return make(node.type, { expressions: node.expressions.map(value), quasis })
    }
    case 'UnaryExpression': {
      const { type, operator, argument } = node
      if (operator === 'typeof') return make(type, { operator, argument: trimPath(argument) })
      const kept = operator === '!' ? value(argument) : listOf(rest(argument))
      return make(type, { operator, argument: kept })
    }
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const { type, operator, left, right } = node
      return make(type, { left: value(left), operator, right: value(right) })
    }
    case 'NewExpression':
    case 'CallExpression':
      return trimWholeCall(node, trimming)
    default:
      return trimPath(node)
  }
}

/** Whether any value of the names in it makes its own known. */
function mayBeKnown(node: AnyNode): boolean {
  switch (node.type) {
    case 'Identifier':
      return true
    case 'Literal':
      return isValue(node.value)
    case 'TemplateLiteral':
      return node.expressions.every(mayBeKnown)
    case 'UnaryExpression':
      if (node.operator === 'typeof') return pathOf(node.argument) !== undefined
      return node.operator === 'void' || (node.operator === '!' && mayBeKnown(node.argument))
    case 'BinaryExpression':
      return mayBeKnown(node.left) && mayBeKnown(node.right)
    case 'LogicalExpression':
      return mayBeKnown(node.left) || mayBeKnown(node.right)
    case 'MemberExpression':
      return isKnownMember(pathOf(node))
    case 'NewExpression':
    case 'CallExpression':
      return isKnownFunction(calleeName(node.callee)) && node.arguments.every(mayBeKnown)
    default:
      return false
  }
}
