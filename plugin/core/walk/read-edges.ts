import { type AnyNode, parse, type Program } from 'acorn'

import { calleeName, type KnownValues, pathOf, pathOfUrl, textOf, valueOf } from './known-values.ts'
import { hasAny } from './positions.ts'
import {
  type Binding,
  childrenOf,
  type FunctionNode,
  isFunction,
  lookUp,
  openScope,
  type Scope,
} from './scope.ts'

/**
 * How certain it is that an edge is taken, and must be: `eager` as its file is loaded, `lazy` later
 * or only under a condition, `tolerated` inside of `try`.
 */
export type Necessity = 'tolerated' | 'lazy' | 'eager'

/** A place where a file asks for another one. */
export interface Edge {
  readonly mode: 'require' | 'import' | 'file'
  /** For `file`, a path from the image's root: of a worker. */
  readonly specifier: string
  readonly necessity: Necessity
  /** Line in the file, from 1. */
  readonly line: number
}

/** What a file says of itself. */
export interface FileEdges {
  readonly edges: readonly Edge[]
  /** ES syntax where CommonJS is expected; of a module, `await` outside of functions. */
  readonly syntax: 'as expected' | 'es module' | 'unknown'
  readonly awaits: boolean
}

const ranks = { tolerated: 0, lazy: 1, eager: 2 } as const

/** The lesser of two: all that a lazy edge reaches is lazy. */
export function weaker(one: Necessity, other: Necessity): Necessity {
  return ranks[one] < ranks[other] ? one : other
}

const hints = /\b(?:[Rr]equire\w*|import|export|Worker)\b/g

/** Edges of a JavaScript file, each once with the greatest necessity. */
export function readEdges(known: KnownValues): FileEdges {
  const none = { edges: [], syntax: 'as expected', awaits: false } as const
  if (known.text.search(hints) === -1) return none
  const program = parseAs(known.text, known.isModule ? 'module' : 'script')
  if (program !== undefined) return { ...none, ...collect(program, known) }
  const isOther = !known.isModule && parseAs(known.text, 'module') !== undefined
  return { ...none, syntax: isOther ? 'es module' : 'unknown' }
}

function parseAs(text: string, sourceType: 'script' | 'module'): Program | undefined {
  try {
    return parse(text, {
      ecmaVersion: 'latest',
      sourceType,
      allowHashBang: true,
      allowReturnOutsideFunction: sourceType === 'script',
    })
  } catch {
    return undefined
  }
}

/** Where the visitor is: in which scope, how certainly, and whether a `return` may have ended it. */
interface Place {
  readonly scope: Scope
  readonly necessity: Necessity
  readonly body: { left: boolean }
}

/** A function that was met, and where. */
interface Waiting {
  readonly node: FunctionNode
  readonly scope: Scope
}

/** A parameter and what it is known to be; `undefined`: what the name means outside. */
interface Given {
  readonly name: string
  readonly binding: Binding | undefined
}

/** A bundler's wrapper gives each file its own of these, as Node does. */
const ofWrapper: readonly Given[] = ['module', 'exports'].map((name) => ({
  name,
  binding: undefined,
}))

function collect(program: Program, known: KnownValues): Pick<FileEdges, 'edges' | 'awaits'> {
  const edges = new Map<string, Edge>()
  const visited = new Map<FunctionNode, Necessity>()
  const waiting: Waiting[] = []
  const named = new Map<FunctionNode, { readonly name: string; readonly scope: Scope }>()
  const calls = new Map<FunctionNode, number>()
  const top = { left: false }
  let awaits = false

  function add(node: AnyNode, mode: Edge['mode'], specifier: string | undefined, how: Necessity) {
    if (specifier === undefined) return
    const key = `${mode} ${specifier}`
    const before = edges.get(key)
    if (before !== undefined && ranks[before.necessity] >= ranks[how]) return
    edges.set(key, { mode, specifier, necessity: how, line: lineAt(known.text, node.start) })
  }

  function visit(node: AnyNode, place: Place): void {
    const how = place.body.left ? weaker(place.necessity, 'lazy') : place.necessity
    const text = (one: AnyNode | undefined): string | undefined =>
      one && textOf(one, place.scope, known)
    const within = (one: AnyNode | null | undefined, necessity: Necessity): void => {
      if (one) visit(one, { ...place, necessity })
    }
    const choose = (test: AnyNode, then: AnyNode, otherwise: AnyNode | null | undefined): void => {
      within(test, how)
      const found = valueOf(test, place.scope, known)
      const maybe = weaker(how, 'lazy')
      if (found === undefined) {
        within(then, maybe)
        within(otherwise, maybe)
      } else within(found.value ? then : otherwise, how)
    }

    switch (node.type) {
      case 'FunctionDeclaration':
        named.set(node, { name: node.id?.name ?? '', scope: place.scope })
        return
      case 'VariableDeclarator': {
        const { id, init } = node
        const made = init && (isFunction(init) ? init : wrapped(init, place.scope))
        if (made && id.type === 'Identifier') named.set(made, { name: id.name, scope: place.scope })
        break
      }
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        if (!named.has(node)) waiting.push({ node, scope: place.scope })
        return
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        return add(node, 'import', text(node.source), how)
      case 'ExportNamedDeclaration':
        if (node.source) return add(node, 'import', text(node.source), how)
        break
      case 'ImportExpression':
        add(node, 'import', text(node.source), weaker(how, 'lazy'))
        return within(node.source, how)
      case 'AwaitExpression':
        if (place.body === top) awaits = true
        if (node.argument.type !== 'ImportExpression') break
        return add(node, 'import', text(node.argument.source), how)
      case 'TryStatement':
        within(node.block, node.handler ? 'tolerated' : how)
        within(node.handler?.body, weaker(how, 'lazy'))
        return within(node.finalizer, how)
      case 'IfStatement': {
        choose(node.test, node.consequent, node.alternate)
        const isDead = valueOf(node.test, place.scope, known)?.value === false
        if (!isDead && how === 'eager' && mayReturn(node)) place.body.left = true
        return
      }
      case 'ConditionalExpression':
        return choose(node.test, node.consequent, node.alternate)
      case 'LogicalExpression': {
        within(node.left, how)
        const left = valueOf(node.left, place.scope, known)
        if (left === undefined) return within(node.right, weaker(how, 'lazy'))
        const isOver = node.operator === '||' ? left.value : !left.value
        return isOver && node.operator !== '??' ? undefined : within(node.right, how)
      }
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'WhileStatement':
      case 'SwitchStatement':
        for (const child of childrenOf(node)) within(child, weaker(how, 'lazy'))
        if (how === 'eager' && mayReturn(node)) place.body.left = true
        return
      case 'PropertyDefinition':
        within(node.value, node.static ? how : weaker(how, 'lazy'))
        return
      case 'NewExpression':
        if (calleeName(node.callee) === 'Worker') addWorker(node, text(node.arguments[0]), how)
        break
      case 'CallExpression':
        if (call(node, place, how)) return
        break
      default:
    }
    for (const child of childrenOf(node)) within(child, how)
  }

  function addWorker(node: AnyNode, location: string | undefined, how: Necessity): void {
    const path = location === undefined ? undefined : pathOfUrl(location)
    if (path?.startsWith('/')) add(node, 'file', path.slice(1), weaker(how, 'lazy'))
  }

  /** @returns whether all below the call was visited */
  function call(
    node: Extract<AnyNode, { type: 'CallExpression' }>,
    place: Place,
    how: Necessity,
  ): boolean {
    const { callee } = node
    const [first] = node.arguments
    if (isRequire(callee, place.scope) && first !== undefined) {
      add(node, 'require', textOf(first, place.scope, known), how)
      visit(first, place)
      return true
    }
    if (callee.type === 'MemberExpression') {
      const name = calleeName(callee)
      const { object } = callee
      if (name === 'resolve' && isRequire(object, place.scope) && first !== undefined)
        add(node, 'require', textOf(first, place.scope, known), weaker(how, 'lazy'))
      if (/^(?:catch|then)$/.test(name ?? '') && (name === 'catch' || node.arguments.length > 1)) {
        visit(object, { ...place, necessity: 'tolerated' })
        for (const argument of node.arguments) visit(argument, place)
        return true
      }
      if (/^(?:call|apply)$/.test(name ?? '') && isFunction(object)) {
        const given = node.arguments.slice(1)
        invoke(
          object,
          place.scope,
          how,
          name === 'call' ? handOver(object, given, place.scope) : [],
        )
        for (const argument of node.arguments) visit(argument, place)
        return true
      }
    }
    const bound = callee.type === 'Identifier' ? lookUp(place.scope, callee.name) : undefined
    const module = bound?.kind === 'value' ? wrapped(bound.node, bound.scope) : undefined
    const called = isFunction(callee)
      ? { node: callee, scope: place.scope }
      : bound?.kind === 'function'
        ? bound
        : undefined
    if (called !== undefined) {
      invoke(called.node, called.scope, how, handOver(called.node, node.arguments, place.scope))
    } else if (bound !== undefined && module !== undefined && 'scope' in bound) {
      invoke(module, bound.scope, how, ofWrapper)
    } else return false
    for (const argument of node.arguments) visit(argument, place)
    return true
  }

  /** Parameters whose meaning the call gives: a UMD wrapper hands `require` and a function over. */
  function handOver(called: FunctionNode, given: readonly AnyNode[], scope: Scope): Given[] {
    return called.params.flatMap((param, index): Given[] => {
      const argument = given[index]
      if (param.type !== 'Identifier' || argument === undefined) return []
      if (isFunction(argument))
        return [{ name: param.name, binding: { kind: 'function', node: argument, scope } }]
      const isHandedOn = isRequire(argument, scope)
      return isHandedOn ? [{ name: param.name, binding: { kind: 'require' } }] : []
    })
  }

  /** Visits the body of a function that is called here. */
  function invoke(
    node: FunctionNode,
    scope: Scope,
    necessity: Necessity,
    given: readonly Given[] = [],
  ): void {
    const how = node.async || node.generator ? weaker(necessity, 'lazy') : necessity
    const before = visited.get(node)
    calls.set(node, (calls.get(node) ?? 0) + 1)
    if (before !== undefined && ranks[before] >= ranks[how]) return
    visited.set(node, how)
    const own = openScope(node.body, node.params, scope)
    for (const { name, binding } of given) {
      if (binding === undefined) own.names.delete(name)
      else own.names.set(name, binding)
    }
    for (const param of node.params)
      visit(param, { scope: own, necessity: 'lazy', body: { left: true } })
    visit(node.body, { scope: own, necessity: how, body: { left: false } })
  }

  function isRequire(node: AnyNode, scope: Scope): boolean {
    if (node.type === 'Identifier') {
      const bound = lookUp(scope, node.name)
      if (bound === undefined) return node.name === 'require' && !known.isModule
      if (bound.kind === 'value') return isCreateRequire(bound.node, bound.scope)
      return bound.kind === 'require'
    }
    if (pathOf(node) === 'module.require') return !known.isModule
    return isCreateRequire(node, scope)
  }

  /** `createRequire(import.meta.url)`: one for this file; others are not known. */
  function isCreateRequire(node: AnyNode, scope: Scope): boolean {
    if (node.type !== 'CallExpression' || calleeName(node.callee) !== 'createRequire') return false
    const [from] = node.arguments
    const place = from && textOf(from, scope, known)
    return place !== undefined && pathOfUrl(place) === `/${known.path}`
  }

  const scope = openScope(program, [], undefined)
  visit(program, { scope, necessity: 'eager', body: top })
  // What is loaded later is asked for in the text itself, and most functions load nothing.
  const places = [...known.text.matchAll(hints)].map(({ index }) => index)
  const asks = (node: FunctionNode): boolean => hasAny(places, node)
  const later = (one: Waiting | undefined): boolean => {
    if (one !== undefined && asks(one.node)) invoke(one.node, one.scope, 'lazy')
    return one !== undefined
  }
  while (later(waiting.pop()));
  // Called by name or not at all. Where all calls are inside of `try`, all it loads is tolerated.
  for (const [node, { name, scope: above }] of named) {
    const isTried =
      visited.get(node) === 'tolerated' && mentions(known.text, name) <= 1 + (calls.get(node) ?? 0)
    if (!isTried) later({ node, scope: above })
  }
  while (later(waiting.pop()));
  return { edges: [...edges.values()], awaits }
}

/**
 * The function in `var load = once({ "lib/a.js"(exports) {...} })`, where `once` gives a function
 * that calls it: so bundlers wrap modules, and the call of `load` is what loads them.
 */
function wrapped(node: AnyNode, scope: Scope): FunctionNode | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return undefined
  const wrapper = lookUp(scope, node.callee.name)
  const [first] = node.arguments
  if (wrapper?.kind !== 'function' || first === undefined) return undefined
  if (!isFunction(wrapper.node.body)) return undefined
  if (isFunction(first)) return first
  if (first.type !== 'ObjectExpression' || first.properties.length !== 1) return undefined
  const [only] = first.properties
  return only?.type === 'Property' && isFunction(only.value) ? only.value : undefined
}

/** Whether a statement can end the function it is in. */
function mayReturn(node: AnyNode): boolean {
  if (node.type === 'ReturnStatement') return true
  return !isFunction(node) && childrenOf(node).some(mayReturn)
}

function mentions(text: string, name: string): number {
  const quoted = name.replaceAll('$', String.raw`\$`)
  return [...text.matchAll(new RegExp(String.raw`(?<![\w$])${quoted}(?![\w$])`, 'g'))].length
}

function lineAt(text: string, position: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < position; at = text.indexOf('\n', at + 1))
    line++
  return line
}
