import type { AnyNode, Expression } from 'acorn'

import { isRecord } from '../basics/is-record.ts'

/** A function, as it is written. */
export type FunctionNode = Extract<AnyNode, { params: unknown }>

/** The function that a name at the top stands for, if nothing can put another in its place. */
export function declaredOnce(program: AnyNode, name: string): AnyNode | undefined {
  const outside = nodesOf(program, (node) => !isFunction(node))
  const [only, ...others] = outside.filter(
    (node) => isDeclaration(node) && node.id !== null && isNamed(node.id, name),
  )
  const isHandedOn = outside.some(
    (node) => node.type === 'CallExpression' && node.arguments.some((one) => isNamed(one, name)),
  )
  const isWritten = nodesOf(program).some((node) => isWrite(node) && has(node.left, name))
  if (isHandedOn || isWritten || others.length > 0) return undefined
  return only?.type === 'VariableDeclarator' ? (only.init ?? undefined) : only
}

function isDeclaration(node: AnyNode) {
  return node.type === 'FunctionDeclaration' || node.type === 'VariableDeclarator'
}

function isWrite(node: AnyNode) {
  const { type } = node
  return type === 'AssignmentExpression' || type === 'ForInStatement' || type === 'ForOfStatement'
}

/** Whether a pattern names it; what is below a member of it is no write to the name. */
function has(pattern: AnyNode, name: string): boolean {
  const outside = nodesOf(pattern, ({ type }) => type !== 'MemberExpression')
  return outside.some((node) => isNamed(node, name))
}

export function isNamed(node: AnyNode, name: string): boolean {
  return node.type === 'Identifier' && node.name === name
}

export function isFunction(node: AnyNode): node is FunctionNode {
  return 'params' in node
}

/** A node and all below it, where `goIn` lets one look, but for the names of properties. */
export function nodesOf(
  node: AnyNode,
  goIn: (node: AnyNode) => boolean = () => true,
  found: AnyNode[] = [],
): AnyNode[] {
  found.push(node)
  if (!goIn(node)) return found
  const isNamedByText = 'computed' in node && !node.computed
  for (const [field, value] of Object.entries(node)) {
    if (isNamedByText && (field === 'key' || field === 'property')) continue
    for (const child of Array.isArray(value) ? value : [value])
      if (isNode(child)) nodesOf(child, goIn, found)
  }
  return found
}

export function isNode(value: unknown): value is AnyNode {
  return isRecord(value) && typeof value['type'] === 'string'
}
/** Callee and arguments of a call of one of esbuild's own functions, which it may number. */
export function callOf(node: Expression, name: string): readonly AnyNode[] {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return []
  return node.callee.name.replace(/\d+$/, '') === name ? [node.callee, ...node.arguments] : []
}
