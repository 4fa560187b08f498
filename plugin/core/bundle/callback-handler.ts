import {
  type AnyNode,
  type Expression,
  type ObjectExpression,
  parse,
  type Program,
  type Property,
} from 'acorn'

import { isRecord } from '../basics/is-record.ts'

/** A function, as it is written. */
type FunctionNode = Extract<AnyNode, { params: unknown }>

/**
 * Whether a handler certainly declares three parameters: Lambda's client for Node 24 refuses by
 * `handler.length` what does so and does not stream. Nothing is run. What calls, conditions or later
 * code give, such as a wrapper, cannot be seen here and is not said to be one.
 * @param text CommonJS of esbuild's
 */
export function takesCallback(text: string, name: string): boolean {
  const streams = /streamifyResponse|aws\.lambda\.runtime\.handler/.test(text)
  if (streams || !mayTakeThree(text, name)) return false
  const program = parseScript(text)
  if (program === undefined) return false
  const value = exportedValue(program, name)
  const written = value?.type === 'Identifier' ? declaredOnce(program, value.name) : value
  if (written === undefined || !isFunction(written)) return false
  const counted = written.params.slice(0, 3).filter(({ type }) => !/^(Rest|Assign)/.test(type))
  return counted.length === 3
}

/** Parsing costs more than looking: a name with a list of three behind it is worth it, no other. */
function mayTakeThree(text: string, name: string): boolean {
  const quoted = (identifier: string): string => identifier.replaceAll('$', '\\$&')
  const getter = new RegExp(`[{,\\s]${quoted(name)}:\\s*\\(\\)\\s*=>\\s*([\\w$]+)`, 'g')
  const names = [name, ...[...text.matchAll(getter)].map(([, local = '']) => local)]
  return names.some((each) =>
    new RegExp(`(?<![\\w$])${quoted(each)}[^;{}()]{0,40}\\([^()]{1,400},[^()]{0,400},`).test(text),
  )
}

function parseScript(text: string): Program | undefined {
  try {
    return parse(text, { ecmaVersion: 'latest', allowReturnOutsideFunction: true })
  } catch {
    return undefined
  }
}

/** What the one assignment gives that can decide an export; nothing when others could. */
function exportedValue(program: Program, name: string): Expression | undefined {
  const top = topExpressions(program)
  const writes = top.flatMap((expression) => {
    if (expression.type !== 'AssignmentExpression' || expression.operator !== '=') return []
    const target = exportTarget(expression.left)
    return target === undefined ? [] : [{ target, value: expression.right }]
  })
  if (writes.length !== countUses(program)) return undefined
  const whole = writes.filter(({ target }) => target === 'module.exports')
  const deciding = [...writes.filter(({ target }) => target === `.${name}`), ...whole]
  const [write] = deciding
  if (write === undefined || deciding.length > 1) return undefined
  return whole.length === 0 ? write.value : memberOf(top, write.value, name)
}

function topExpressions({ body }: Program): Expression[] {
  return body
    .flatMap((statement) =>
      statement.type === 'ExpressionStatement' ? [statement.expression] : [],
    )
    .flatMap((one) => (one.type === 'SequenceExpression' ? one.expressions : [one]))
    .filter((one) => !isAnnotation(one))
}

/** esbuild's `0&&(module.exports={...})` names exports for Node's lexer and never runs. */
function isAnnotation(node: AnyNode): boolean {
  return node.type === 'LogicalExpression' && node.left.type === 'Literal' && node.left.value === 0
}

/** `module.exports`, or `.name` for `exports.name` and `module.exports.name`. */
function exportTarget(node: AnyNode): string | undefined {
  if (node.type !== 'MemberExpression' || node.computed) return undefined
  const property = node.property.type === 'Identifier' ? node.property.name : ''
  const { object } = node
  if (object.type === 'Identifier' && object.name === 'exports') return `.${property}`
  if (object.type === 'Identifier' && object.name === 'module')
    return property === 'exports' ? 'module.exports' : undefined
  return exportTarget(object) === 'module.exports' ? `.${property}` : undefined
}

/** Of `module.exports={...}`, or of `__export(x,{...})` where it is `__toCommonJS(x)`. */
function memberOf(top: Expression[], value: Expression, name: string): Expression | undefined {
  if (value.type === 'ObjectExpression') return propertyOf(value, name)
  const [, space] = callOf(value, '__toCommonJS')
  for (const each of top) {
    const [, target, getters] = callOf(each, '__export')
    if (target?.type !== 'Identifier' || space?.type !== 'Identifier') continue
    if (target.name !== space.name || getters?.type !== 'ObjectExpression') continue
    const getter = propertyOf(getters, name)
    const body = getter?.type === 'ArrowFunctionExpression' ? getter.body : undefined
    return body?.type === 'Identifier' ? body : undefined
  }
  return undefined
}

function propertyOf({ properties }: ObjectExpression, name: string): Expression | undefined {
  const [found, ...others] = properties.filter(
    (one) => one.type !== 'Property' || one.computed || keyOf(one) === name,
  )
  if (found?.type !== 'Property' || found.computed || found.kind !== 'init') return undefined
  return others.length === 0 ? found.value : undefined
}

function keyOf({ key }: Property): unknown {
  if (key.type === 'Identifier') return key.name
  return key.type === 'Literal' ? key.value : undefined
}

/** Callee and arguments of a call of one of esbuild's own functions, which it may number. */
function callOf(node: Expression, name: string): readonly AnyNode[] {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return []
  return node.callee.name.replace(/\d+$/, '') === name ? [node.callee, ...node.arguments] : []
}

/** Where `module` and `exports` of the file itself stand; wrapped CommonJS has its own. */
function countUses(program: Program): number {
  const isOwn = (node: AnyNode): boolean => !isAnnotation(node) && !takesModule(node)
  return nodesOf(program, isOwn).filter(
    (node) => node.type === 'Identifier' && /^(module|exports)$/.test(node.name),
  ).length
}

function takesModule(node: AnyNode): boolean {
  return isFunction(node) && node.params.some((one) => isNamed(one, 'exports'))
}

/** The function that a name at the top stands for, if nothing can put another in its place. */
function declaredOnce(program: Program, name: string): AnyNode | undefined {
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

function isNamed(node: AnyNode, name: string): boolean {
  return node.type === 'Identifier' && node.name === name
}

function isFunction(node: AnyNode): node is FunctionNode {
  return 'params' in node
}

/** A node and all below it, where `goIn` lets one look, but for the names of properties. */
function nodesOf(
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

function isNode(value: unknown): value is AnyNode {
  return isRecord(value) && typeof value['type'] === 'string'
}
