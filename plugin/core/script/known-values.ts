import { posix } from 'node:path'
import type { AnyNode } from 'acorn'

import { isLocationName } from '../bundle/finish-text.ts'
import { lookUp, type Scope } from './scope.ts'

/** What a file's expressions can be worked out from without running it. */
export interface KnownValues {
  /** Path of the file from the image's root. */
  readonly path: string
  readonly text: string
  readonly isModule: boolean
  readonly nodeEnv?: { readonly value: string | undefined }
}

type Value = string | number | boolean | null | undefined
type Known = { readonly value: Value } | undefined

/** The value of an expression, where its text alone decides it; paths are absolute. */
export function valueOf(node: AnyNode, scope: Scope, known: KnownValues): Known {
  return evaluate(node, scope, known, 0)
}

/** The text of an expression such as `path.join(__dirname, '../data')`. */
export function textOf(node: AnyNode, scope: Scope, known: KnownValues): string | undefined {
  const found = valueOf(node, scope, known)
  return typeof found?.value === 'string' ? found.value : undefined
}

/** Names lead to expressions with names, which must end. */
const deepest = 12

function evaluate(node: AnyNode, scope: Scope, known: KnownValues, depth: number): Known {
  if (depth > deepest) return undefined
  const inner = (one: AnyNode): Known => evaluate(one, scope, known, depth + 1)
  switch (node.type) {
    case 'Literal':
      return isValue(node.value) ? { value: node.value } : undefined
    case 'ParenthesizedExpression':
      return inner(node.expression)
    case 'TemplateLiteral': {
      let text = String(node.quasis[0]?.value.cooked)
      for (const [index, expression] of node.expressions.entries()) {
        const found = inner(expression)
        if (found === undefined) return undefined
        text += String(found.value) + String(node.quasis[index + 1]?.value.cooked)
      }
      return { value: text }
    }
    case 'Identifier': {
      const bound = lookUp(scope, node.name)
      if (bound === undefined) return ofFile(node.name, known)
      if (bound.kind !== 'value') return undefined
      const found = evaluate(bound.node, bound.scope, known, depth + 1)
      // Last, as the whole text is looked through.
      const isFixed = found && (isLocationName(node.name) || isWrittenOnce(node.name, known.text))
      return isFixed ? found : undefined
    }
    case 'UnaryExpression':
      return unary(node.operator, node.argument, inner, scope, known)
    case 'BinaryExpression':
      return binary(node.operator, inner(node.left), inner(node.right))
    case 'LogicalExpression':
      return logical(node.operator, inner(node.left), () => inner(node.right))
    case 'MemberExpression':
      return member(node, known)
    case 'NewExpression':
    case 'CallExpression':
      return call(node, inner, known)
    default:
      return undefined
  }
}

/** By its text: another variable of that name makes it unknown, which is safe. */
function isWrittenOnce(name: string, text: string): boolean {
  if (counted.text !== text) counted = { text, writes: countWrites(text) }
  return (counted.writes.get(name) ?? 0) <= 1
}

/** Files are read one after the other, so the last count is the one that is asked for again. */
let counted: { text: string; writes: ReadonlyMap<string, number> } = { text: '', writes: new Map() }

function countWrites(text: string): ReadonlyMap<string, number> {
  const writes = new Map<string, number>()
  const pattern = /(?<![\w$.])([\w$]+)\s*(?:[-+*/%&|^?]{0,3}=(?![=>])|\+\+|--)/g
  for (const [, name = ''] of text.matchAll(pattern)) writes.set(name, (writes.get(name) ?? 0) + 1)
  return writes
}

function ofFile(name: string, { path, isModule }: KnownValues): Known {
  if (name === 'undefined') return { value: undefined }
  if (isModule) return undefined
  if (name === '__filename') return { value: `/${path}` }
  return name === '__dirname' ? { value: posix.join('/', posix.dirname(path)) } : undefined
}

/** What Node has not, whatever a package asks for to tell a browser. */
const notInNode = /^(?:window|document|self|importScripts|define|Deno|Bun|__webpack_require__)$/
const inCommonJs = /^(?:require|module|exports|__dirname|__filename)$/

function unary(
  operator: string,
  argument: AnyNode,
  inner: (node: AnyNode) => Known,
  scope: Scope,
  { isModule }: KnownValues,
): Known {
  if (operator === '!') {
    const found = inner(argument)
    return found && { value: !found.value }
  }
  if (operator === 'void') return { value: undefined }
  const name = operator === 'typeof' ? pathOf(argument) : undefined
  if (name === undefined || lookUp(scope, name.split('.')[0] ?? '') !== undefined) return undefined
  if (name === 'module.exports' && !isModule) return { value: 'object' }
  if (notInNode.test(name)) return { value: 'undefined' }
  if (name === 'process') return { value: 'object' }
  if (!inCommonJs.test(name)) return undefined
  if (isModule) return { value: 'undefined' }
  if (name === 'require') return { value: 'function' }
  return { value: name.startsWith('__') ? 'string' : 'object' }
}

function binary(operator: string, left: Known, right: Known): Known {
  if (left === undefined || right === undefined) return undefined
  switch (operator) {
    case '===':
    case '==':
      return { value: left.value === right.value }
    case '!==':
    case '!=':
      return { value: left.value !== right.value }
    case '+':
      return typeof left.value === 'string' || typeof right.value === 'string'
        ? { value: String(left.value) + String(right.value) }
        : undefined
    default:
      return undefined
  }
}

function logical(operator: string, left: Known, right: () => Known): Known {
  if (left === undefined) {
    // `unknown && false` is false, `unknown || true` is true.
    const other = operator === '??' ? undefined : right()
    return other !== undefined && Boolean(other.value) === (operator === '||') ? other : undefined
  }
  if (operator === '&&') return left.value ? right() : left
  if (operator === '||') return left.value ? left : right()
  return (left.value ?? undefined) === undefined ? right() : left
}

const members: Readonly<Record<string, (known: KnownValues) => Known>> = {
  'process.platform': () => ({ value: 'linux' }),
  'process.browser': () => ({ value: undefined }),
  'process.versions.electron': () => ({ value: undefined }),
  'process.versions.bun': () => ({ value: undefined }),
  'process.env.NODE_ENV': ({ nodeEnv }) => nodeEnv,
  'import.meta.url': ({ path }) => ({ value: `file:///${path}` }),
  'import.meta.filename': ({ path }) => ({ value: `/${path}` }),
  'import.meta.dirname': ({ path }) => ({ value: posix.join('/', posix.dirname(path)) }),
}

/** Whether the value of such a member can be known. */
export function isKnownMember(path: string | undefined): path is string {
  return path !== undefined && Object.hasOwn(members, path)
}

function member(node: AnyNode, known: KnownValues): Known {
  const path = pathOf(node)
  return isKnownMember(path) ? members[path]?.(known) : undefined
}

/** `process.env.NODE_ENV` of such a node; computed members have none. */
export function pathOf(node: AnyNode): string | undefined {
  if (node.type === 'Identifier') return node.name
  if (node.type === 'MetaProperty') return `${node.meta.name}.${node.property.name}`
  if (node.type !== 'MemberExpression' || node.computed) return undefined
  const object = pathOf(node.object)
  const { property } = node
  return object === undefined || property.type !== 'Identifier'
    ? undefined
    : `${object}.${property.name}`
}

/** Texts that a function is given, and the file in which it is called, by whatever path. */
interface Called {
  readonly texts: readonly string[]
  readonly callee: string | undefined
  readonly file: string
}

/** The functions of `node:path`, and those between paths and URLs, under whatever name. */
const functions: Readonly<Record<string, (called: Called) => string | undefined>> = {
  // Of one argument it is the method of lists.
  join: ({ texts }) => (texts.length > 1 ? posix.join(...texts) : undefined),
  resolve: ({ texts, callee }) =>
    texts[0]?.startsWith('/') && callee !== 'Promise.resolve' ? posix.resolve(...texts) : undefined,
  normalize: ({ texts: [path = ''] }) => posix.normalize(path),
  dirname: ({ texts: [path = ''] }) => posix.dirname(path),
  URL: ({ texts: [url = '', base = ''] }) =>
    base.startsWith('file:') || url.startsWith('file:')
      ? new URL(url, base === '' ? undefined : base).href
      : undefined,
  fileURLToPath: ({ texts: [url = ''] }) => pathOfUrl(url),
  __arc_path: ({ texts: [at = ''], file }) => posix.join('/', posix.dirname(file), at),
  __arc_url: ({ texts: [path = ''] }) => `file://${path}`,
  pathToFileURL: ({ texts: [path = ''] }) => `file://${path}`,
}

/** Whether what a function of this name gives can be known. */
export function isKnownFunction(name: string | undefined): name is string {
  return name !== undefined && Object.hasOwn(functions, name)
}

function call(
  node: Extract<AnyNode, { type: 'CallExpression' | 'NewExpression' }>,
  inner: (node: AnyNode) => Known,
  { path }: KnownValues,
): Known {
  const name = calleeName(node.callee)
  if (!isKnownFunction(name)) return undefined
  const values = node.arguments.map(inner)
  const texts = values.flatMap((known) => (typeof known?.value === 'string' ? [known.value] : []))
  if (texts.length !== values.length) return undefined
  const value = functions[name]?.({ texts, callee: pathOf(node.callee), file: path })
  return value === undefined ? undefined : { value }
}

/** `join` of `path.join`, `(0, import_path.join)` and `join`. */
export function calleeName(callee: AnyNode): string | undefined {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type === 'SequenceExpression') return calleeName(callee.expressions.at(-1) ?? callee)
  if (callee.type !== 'MemberExpression' || callee.computed) return undefined
  return callee.property.type === 'Identifier' ? callee.property.name : undefined
}

/** `/var/task/a.js` of `file:///var/task/a.js`; a path is one already. */
export function pathOfUrl(text: string): string {
  return text.startsWith('file://') ? decodeURIComponent(text.slice('file://'.length)) : text
}

export function isValue(value: unknown): value is Value {
  if (typeof value === 'number') return Number.isFinite(value)
  return value === null || ['string', 'boolean', 'undefined'].includes(typeof value)
}
