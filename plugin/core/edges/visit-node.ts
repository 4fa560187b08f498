import type { AnyNode } from 'acorn'

import { type Necessity, weaker } from './edge.ts'
import { calleeName, pathOfUrl, textOf, valueOf } from '../script/known-values.ts'
import { mayReturn } from '../script/may-return.ts'
import { wrappedModule } from '../script/module-wrapper.ts'
import { childrenOf, isFunction, isLeaf } from '../script/scope.ts'
import { visitCall } from './visit-call.ts'
import type { Place, Visitor } from './visitor.ts'

/** What a node does where it is, and all below it that is run with it. */
export function visitNode(node: AnyNode, place: Place, visitor: Visitor): void {
  if (isLeaf(node)) return
  const { known, add, visit, meet } = visitor
  const { scope } = place
  const how = place.body.left ? weaker(place.necessity, 'lazy') : place.necessity
  const maybe = weaker(how, 'lazy')
  const text = (one: AnyNode | undefined): string | undefined => one && textOf(one, scope, known)
  const within = (one: AnyNode | null | undefined, necessity: Necessity): void => {
    if (one) visit(one, necessity === place.necessity ? place : { ...place, necessity })
  }
  const choose = (test: AnyNode, then: AnyNode, otherwise: AnyNode | null | undefined): void => {
    within(test, how)
    const found = valueOf(test, scope, known)
    if (found === undefined) {
      within(then, maybe)
      within(otherwise, maybe)
    } else within(found.value ? then : otherwise, how)
  }

  switch (node.type) {
    case 'FunctionDeclaration':
      return meet(node, scope, node.id?.name ?? '')
    case 'VariableDeclarator': {
      const { id, init } = node
      const made = init && (isFunction(init) ? init : wrappedModule(init, scope))
      if (made && id.type === 'Identifier') meet(made, scope, id.name)
      break
    }
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return meet(node, scope)
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return add(node, 'import', text(node.source), how)
    case 'ExportNamedDeclaration':
      if (node.source) return add(node, 'import', text(node.source), how)
      break
    case 'ImportExpression':
      add(node, 'import', text(node.source), maybe)
      return within(node.source, how)
    case 'AwaitExpression':
      visitor.await(place)
      if (node.argument.type !== 'ImportExpression') break
      return add(node, 'import', text(node.argument.source), how)
    case 'TryStatement':
      within(node.block, node.handler ? 'tolerated' : how)
      within(node.handler?.body, maybe)
      return within(node.finalizer, how)
    case 'IfStatement': {
      choose(node.test, node.consequent, node.alternate)
      const isDead = valueOf(node.test, scope, known)?.value === false
      if (!isDead && how === 'eager' && mayReturn(node)) place.body.left = true
      return
    }
    case 'ConditionalExpression':
      return choose(node.test, node.consequent, node.alternate)
    case 'LogicalExpression': {
      within(node.left, how)
      const left = valueOf(node.left, scope, known)
      if (left === undefined) return within(node.right, maybe)
      const isOver = node.operator === '||' ? left.value : !left.value
      return isOver && node.operator !== '??' ? undefined : within(node.right, how)
    }
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'SwitchStatement':
      for (const child of childrenOf(node)) within(child, maybe)
      if (how === 'eager' && mayReturn(node)) place.body.left = true
      return
    case 'PropertyDefinition':
      return within(node.value, node.static ? how : maybe)
    case 'NewExpression': {
      const worker = calleeName(node.callee) === 'Worker' ? text(node.arguments[0]) : undefined
      const path = worker === undefined ? '' : pathOfUrl(worker)
      if (path.startsWith('/')) add(node, 'file', path.slice(1), maybe)
      break
    }
    case 'CallExpression':
      if (visitCall(node, { ...place, necessity: how }, visitor)) return
      break
    default:
  }
  for (const child of childrenOf(node)) within(child, how)
}
