import type { AnyNode } from 'acorn'

import { weaker } from './edge.ts'
import { calleeName, textOf } from '../script/known-values.ts'
import { wrappedModule } from '../script/module-wrapper.ts'
import { givenByCall, givenByWrapper, isRequire } from '../script/require-function.ts'
import { isFunction, lookUp } from '../script/scope.ts'
import type { Place, Visitor } from './visitor.ts'

type Call = Extract<AnyNode, { type: 'CallExpression' }>

/** @returns whether all below the call was visited */
export function visitCall(node: Call, place: Place, visitor: Visitor): boolean {
  const { known, add, visit, invoke } = visitor
  const { scope, necessity: how } = place
  const { callee } = node
  const [first] = node.arguments
  if (isRequire(callee, scope, known) && first !== undefined) {
    add(node, 'require', textOf(first, scope, known), how)
    visit(first, place)
    return true
  }
  if (callee.type === 'MemberExpression') return visitMethodCall(node, callee, place, visitor)
  const bound = callee.type === 'Identifier' ? lookUp(scope, callee.name) : undefined
  const module = bound?.kind === 'value' ? wrappedModule(bound.node, bound.scope) : undefined
  const called = isFunction(callee)
    ? { node: callee, scope }
    : bound?.kind === 'function'
      ? bound
      : undefined
  if (called !== undefined) {
    const given = givenByCall(called.node, node.arguments, scope, known)
    invoke(called.node, called.scope, how, given)
  } else if (bound !== undefined && module !== undefined && 'scope' in bound) {
    invoke(module, bound.scope, how, givenByWrapper)
  } else return false
  for (const argument of node.arguments) visit(argument, place)
  return true
}

function visitMethodCall(
  node: Call,
  callee: Extract<AnyNode, { type: 'MemberExpression' }>,
  place: Place,
  { known, add, visit, invoke }: Visitor,
): boolean {
  const { scope, necessity: how } = place
  const name = calleeName(callee)
  const { object } = callee
  const [first, ...others] = node.arguments
  const isWithObject = (): boolean => {
    for (const argument of node.arguments) visit(argument, place)
    return true
  }
  if (name === 'resolve' && isRequire(object, scope, known) && first !== undefined)
    add(node, 'require', textOf(first, scope, known), weaker(how, 'lazy'))
  if (handlesFailure(node)) {
    visit(object, { ...place, necessity: 'tolerated' })
    return isWithObject()
  }
  if ((name === 'call' || name === 'apply') && isFunction(object)) {
    const given = name === 'call' ? givenByCall(object, others, scope, known) : []
    invoke(object, scope, how, given)
    return isWithObject()
  }
  return false
}

/** `load().catch(...)`: what goes wrong in what it is called on is nobody else's. */
export function handlesFailure({ callee, arguments: given }: Call): boolean {
  if (callee.type !== 'MemberExpression') return false
  const name = calleeName(callee)
  return name === 'catch' || (name === 'then' && given.length > 1)
}
