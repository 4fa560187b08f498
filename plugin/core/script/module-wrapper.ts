import type { AnyNode } from 'acorn'

import { type FunctionNode, isFunction, lookUp, type Scope } from './scope.ts'

/**
 * The function in `var load = once({ "lib/a.js"(exports) {...} })`, where `once` gives a function
 * that calls it: so bundlers wrap modules, and the call of `load` is what loads them.
 */
export function wrappedModule(node: AnyNode, scope: Scope): FunctionNode | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return undefined
  const wrapper = lookUp(scope, node.callee.name)
  const [first] = node.arguments
  if (wrapper?.kind !== 'function' || first === undefined) return undefined
  if (!isFunction(wrapper.node.body)) return undefined
  return isFunction(first) ? first : onlyMethod(first)
}

/** Of an object that has one function and nothing else. */
export function onlyMethod(node: AnyNode): FunctionNode | undefined {
  if (node.type !== 'ObjectExpression' || node.properties.length !== 1) return undefined
  const [only] = node.properties
  return only?.type === 'Property' && isFunction(only.value) ? only.value : undefined
}
