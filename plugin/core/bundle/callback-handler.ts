import {
  type AnyNode,
  type Expression,
  type ObjectExpression,
  parse,
  type Program,
  type Property,
} from 'acorn'

import { callOf, declaredOnce, isFunction, isNamed, nodesOf } from './declared-once.ts'
import { returnedBy } from './returned-by.ts'

/**
 * Whether a handler certainly declares three parameters: Lambda's client for Node 24 refuses by
 * `handler.length` what does so and does not stream. Nothing is run. What a wrapper gives is seen
 * where its own text says which function it returns; what conditions or later code give is not.
 * @param text CommonJS of esbuild's
 */
export function takesCallback(text: string, name: string): boolean {
  const streams = /streamifyResponse|aws\.lambda\.runtime\.handler/.test(text)
  if (streams || !mayTakeThree(text, name)) return false
  const program = parseScript(text)
  if (program === undefined) return false
  const value = exportedValue(program, name)
  const written = value?.type === 'Identifier' ? declaredOnce(program, value.name) : value
  const handler = written?.type === 'CallExpression' ? returnedBy(written, program) : written
  if (handler === undefined || !isFunction(handler)) return false
  const counted = handler.params.slice(0, 3).filter(({ type }) => !/^(Rest|Assign)/.test(type))
  return counted.length === 3
}

/** Parsing costs more than looking: a name with a list of three behind it is worth it, no other. */
function mayTakeThree(text: string, name: string): boolean {
  const quoted = (identifier: string): string => identifier.replaceAll('$', '\\$&')
  const getter = new RegExp(`[{,\\s]${quoted(name)}:\\s*\\(\\)\\s*=>\\s*([\\w$]+)`, 'g')
  const names = [name, ...[...text.matchAll(getter)].map(([, local = '']) => local)]
  const own = names.some((each) =>
    new RegExp(`(?<![\\w$])${quoted(each)}[^;{}()]{0,40}\\([^()]{1,400},[^()]{0,400},`).test(text),
  )
  const isWrapped = names.some((each) =>
    new RegExp(`(?<![\\w$])${quoted(each)}\\s*=\\s*(?!${plain})(?:\\(0,\\s*)?[\\w$.]+\\)?\\(`).test(
      text,
    ),
  )
  return own || (isWrapped && givesThree.test(text))
}

/** The handler itself, written out, whose list was looked at: no call of a wrapper. */
const plain = String.raw`(?:async\b\s*)?(?:function\b[\s\w$*]*)?\([^()]*\)\s*(?:=>|\{)`

/** A function of three parameters that is given back, as wrappers do, or is given back by its name. */
const givesThree =
  /(?:=>|return|=)\s*(?:async\s*)?(?:function[^(]{0,40})?\([^()]{1,200},[^()]{1,200},[^()]{1,200}\)\s*(?:=>|\{)/

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

/** Where `module` and `exports` of the file itself are; wrapped CommonJS has its own. */
function countUses(program: Program): number {
  const isOwn = (node: AnyNode): boolean => !isAnnotation(node) && !takesModule(node)
  return nodesOf(program, isOwn).filter(
    (node) => node.type === 'Identifier' && /^(module|exports)$/.test(node.name),
  ).length
}

function takesModule(node: AnyNode): boolean {
  return isFunction(node) && node.params.some((one) => isNamed(one, 'exports'))
}
