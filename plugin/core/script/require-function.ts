import type { AnyNode } from 'acorn'

import { calleeName, type KnownValues, pathOf, pathOfUrl, textOf } from './known-values.ts'
import { type Binding, type FunctionNode, isFunction, lookUp, type Scope } from './scope.ts'

/** Whether an expression is this file's `require`, under whatever name. */
export function isRequire(node: AnyNode, scope: Scope, known: KnownValues): boolean {
  if (node.type === 'Identifier') {
    const bound = lookUp(scope, node.name)
    if (bound === undefined) return node.name === 'require' && !known.isModule
    if (bound.kind === 'value') return isCreateRequire(bound.node, bound.scope, known)
    return bound.kind === 'require'
  }
  if (pathOf(node) === 'module.require') return !known.isModule
  return isCreateRequire(node, scope, known)
}

/** `createRequire(import.meta.url)`: one for this file; others are not known. */
function isCreateRequire(node: AnyNode, scope: Scope, known: KnownValues): boolean {
  if (!callsCreateRequire(node)) return false
  const [from] = node.arguments
  const place = from && textOf(from, scope, known)
  return place !== undefined && pathOfUrl(place) === `/${known.path}`
}

export function callsCreateRequire(
  node: AnyNode,
): node is Extract<AnyNode, { type: 'CallExpression' }> {
  return node.type === 'CallExpression' && calleeName(node.callee) === 'createRequire'
}

/** A parameter and what it is known to be; `undefined`: what the name means outside. */
export interface Given {
  readonly name: string
  readonly binding: Binding | undefined
}

/** A bundler's wrapper gives each file its own of these, as Node does. */
export const givenByWrapper: readonly Given[] = ['module', 'exports'].map((name) => ({
  name,
  binding: undefined,
}))

/** Parameters whose meaning the call gives: a UMD wrapper hands `require` and a function over. */
export function givenByCall(
  called: FunctionNode,
  given: readonly AnyNode[],
  scope: Scope,
  known: KnownValues,
): Given[] {
  return called.params.flatMap((param, index): Given[] => {
    const argument = given[index]
    if (param.type !== 'Identifier' || argument === undefined) return []
    if (isFunction(argument))
      return [{ name: param.name, binding: { kind: 'function', node: argument, scope } }]
    const isHandedOn = isRequire(argument, scope, known)
    return isHandedOn ? [{ name: param.name, binding: { kind: 'require' } }] : []
  })
}
