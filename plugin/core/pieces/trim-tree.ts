import type { AnyNode } from 'acorn'

import { dropUnused } from './drop-unused.ts'
import { childrenOf, type FunctionNode, isFunction } from '../script/scope.ts'
import { trimCall } from './trim-call.ts'
import { trimDeclarator, trimPattern } from './trim-declaration.ts'
import { trimValue } from './trim-value.ts'
import { listOf, make, nameOf, type Trimming } from './trimming.ts'

/**
 * What of a script's statements can matter to which files it loads, and how certainly: declarations,
 * calls by name, conditions, and functions with something of the kind. `collectEdges` finds in it
 * what it finds in the whole, as a node is left out only where it does nothing but visit what is
 * below, and replaced by a list of that where something of it remains.
 * @param asks whether the text of a function has one of the words by which files are loaded
 */
export function trimTree(
  statements: readonly AnyNode[],
  asks: (node: FunctionNode) => boolean,
): AnyNode[] {
  /** How many nodes were kept that can load something, or call what does. */
  let acts = 0
  /** How many statements of the same function may pass over the one that is looked at. */
  let conditions = 0

  const trimming: Trimming = {
    rest,
    all: (nodes) => nodes.flatMap((node) => (node ? rest(node) : [])),
    value: (node) => trimValue(node, trimming),
    function: trimFunction,
    act() {
      acts++
    },
  }
  const { all, value } = trimming

  function trimFunction(node: FunctionNode): AnyNode {
    const before = { acts, conditions }
    conditions = 0
    const params = node.params.map((param) => trimPattern(param, trimming))
    const body = isFunction(node.body)
      ? trimFunction(node.body)
      : make('BlockStatement', { body: dropUnused(params, rest(node.body)) })
    conditions = before.conditions
    const { type, start, end, async, generator } = node
    const kind = { ...(generator && { generator }), ...(async && { async }) }
    const about = { start, end, id: node.id ? nameOf(node.id) : null, ...kind }
    if (acts > before.acts) return make(type, { ...about, params, body })
    const nothing = isFunction(node.body) ? body : make('BlockStatement', { body: [] })
    return make(type, { ...about, params: [], body: nothing })
  }

  /** What remains of nodes that only what comes before can be passed over for. */
  function maybe(nodes: readonly (AnyNode | null | undefined)[]): AnyNode[] {
    conditions++
    const remains = all(nodes)
    conditions--
    return remains
  }

  function rest(node: AnyNode): readonly AnyNode[] {
    switch (node.type) {
      case 'FunctionDeclaration':
        return [trimFunction(node)]
      case 'FunctionExpression':
      case 'ArrowFunctionExpression': {
        const before = acts
        const trimmed = asks(node) ? trimFunction(node) : undefined
        return trimmed === undefined || acts === before ? [] : [trimmed]
      }
      case 'VariableDeclaration': {
        const declarations = node.declarations.map((one) => trimDeclarator(one, trimming))
        return [make(node.type, { declarations })]
      }
      case 'ClassDeclaration': {
        const { type, superClass, body } = node
        const id = node.id && nameOf(node.id)
        return [make(type, { id, superClass: null, body: listOf(all([superClass, body])) })]
      }
      case 'PropertyDefinition': {
        const remains = all([node.value])
        if (remains.length === 0) return []
        return [make(node.type, { static: node.static, key: null, value: listOf(remains) })]
      }
      case 'ReturnStatement': {
        const remains = all([node.argument])
        if (conditions === 0) return remains
        return [make(node.type, { argument: remains.length === 0 ? null : listOf(remains) })]
      }
      case 'TryStatement': {
        const { type, block, handler, finalizer } = node
        const [tried, caught, last] = [rest(block), all([handler?.body]), all([finalizer])]
        if (tried.length + caught.length + last.length === 0) return []
        const body = make('BlockStatement', { body: caught })
        return [
          make(type, {
            block: make('BlockStatement', { body: tried }),
            handler: handler ? make('CatchClause', { param: null, body }) : null,
            finalizer: finalizer ? make('BlockStatement', { body: last }) : null,
          }),
        ]
      }
      case 'IfStatement':
      case 'ConditionalExpression': {
        const [then, otherwise] = [maybe([node.consequent]), maybe([node.alternate])]
        if (then.length + otherwise.length === 0) return rest(node.test)
        return [
          make(node.type, {
            test: value(node.test),
            consequent: listOf(then),
            alternate: node.alternate ? listOf(otherwise) : null,
          }),
        ]
      }
      case 'LogicalExpression': {
        const right = rest(node.right)
        if (right.length === 0) return rest(node.left)
        const { type, operator, left } = node
        return [make(type, { left: value(left), operator, right: listOf(right) })]
      }
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'WhileStatement':
      case 'SwitchStatement': {
        const remains = maybe(childrenOf(node))
        return remains.length === 0
          ? []
          : [make('WhileStatement', { test: listOf(remains), body: null })]
      }
      case 'ImportExpression':
        acts++
        return [make(node.type, { start: node.start, source: value(node.source), options: null })]
      case 'AwaitExpression': {
        const remains = rest(node.argument)
        const [only] = remains
        if (node.argument.type !== 'ImportExpression') return remains
        return [make(node.type, { start: node.start, argument: only })]
      }
      case 'NewExpression':
      case 'CallExpression':
        return trimCall(node, trimming)
      default:
        return all(childrenOf(node))
    }
  }

  return all(statements)
}
