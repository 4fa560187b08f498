import { type AnyNode, parse, type Program } from 'acorn'

import { calleeName, type KnownValues, pathOf, pathOfUrl, textOf } from './known-values.ts'
import { hasAny } from './positions.ts'
import { childrenOf, isFunction, lookUp, openScope, type Scope } from './scope.ts'

/** A place where code names a file by where it itself is. */
export interface NamedLocation {
  /** From the root that the file's own path has; absent when it is put together at run time. */
  readonly path?: string
  readonly line: number
  /** Evaluated as the file is loaded; conditions are not looked at. */
  readonly atLoad: boolean
  readonly tried: boolean
}

const marks = /\b(?:__dirname|__filename)\b|\bimport\.meta\b/g
const aliases =
  /\b(?:const|let|var)\s+([\w$]+)\s*=(?=[^;\n]{0,200}?(?:__dirname|__filename|import\.meta))/g

/**
 * Every file or folder that a file names by `__dirname`, `__filename` or `import.meta`, as far as
 * the text says which; what is handed to `createRequire` names none.
 */
export function readLocations(known: KnownValues): NamedLocation[] {
  const at = placesOf(known.text)
  if (at.length === 0) return []
  const program = parseAny(known.text)
  if (program === undefined) return []
  const found: NamedLocation[] = []
  const file = { ...known, isModule: false }
  const add = (node: AnyNode, place: Place, text: string | undefined): void => {
    const line = known.text.slice(0, node.start).split('\n').length
    const path = text === undefined ? undefined : pathOfUrl(text).slice(1)
    found.push({
      ...(path !== undefined && { path }),
      line,
      atLoad: place.atLoad,
      tried: place.tried,
    })
  }

  const visit = (node: AnyNode, place: Place): void => {
    if (!hasAny(at, node)) return
    const text = isComposed(node) ? textOf(node, place.scope, file) : undefined
    if (text !== undefined && /^(?:file:\/\/)?\//.test(text) && mentionsOwn(node, place.scope)) {
      const path = pathOfUrl(text).slice(1)
      if (path !== known.path && path !== folderOf(known.path)) add(node, place, text)
      return
    }
    if (isOwn(node)) return add(node, place, undefined)
    if (node.type === 'VariableDeclarator' && node.init) {
      // Another name for where the file is; what is done with it counts.
      const value = textOf(node.init, place.scope, file)
      const path = value === undefined ? '' : pathOfUrl(value).slice(1)
      if (path === known.path || path === folderOf(known.path)) return
    }
    if (node.type === 'CallExpression' && calleeName(node.callee) === 'createRequire') return
    if (isFunction(node)) {
      const scope = openScope(node.body, node.params, place.scope)
      return visit(node.body, { scope, atLoad: false, tried: false })
    }
    if (node.type === 'TryStatement' && node.handler) {
      visit(node.block, { ...place, tried: true })
      visit(node.handler.body, place)
      if (node.finalizer) visit(node.finalizer, place)
      return
    }
    for (const child of childrenOf(node)) visit(child, place)
  }
  visit(program, { scope: openScope(program, [], undefined), atLoad: true, tried: false })
  return found
}

/** Where a text speaks of its own place, under other names as well; sorted. */
function placesOf(text: string): number[] {
  const own = [...text.matchAll(marks)].map(({ index }) => index)
  const names = own.length === 0 ? [] : [...text.matchAll(aliases)].map(([, name = '']) => name)
  const others = [...new Set(names)].flatMap((name) => {
    const quoted = name.replaceAll('$', String.raw`\$`)
    return [...text.matchAll(new RegExp(String.raw`(?<![\w$.])${quoted}(?![\w$])`, 'g'))]
  })
  return [...own, ...others.map(({ index }) => index)].toSorted((a, b) => a - b)
}

interface Place {
  readonly scope: Scope
  readonly atLoad: boolean
  readonly tried: boolean
}

function parseAny(text: string): Program | undefined {
  for (const sourceType of ['module', 'script'] as const) {
    try {
      const options = { allowHashBang: true, allowReturnOutsideFunction: sourceType === 'script' }
      return parse(text, { ecmaVersion: 'latest', sourceType, ...options })
    } catch {
      // The other kind, or none that acorn knows.
    }
  }
  return undefined
}

function isComposed({ type }: AnyNode): boolean {
  return /^(?:Call|New|Binary)Expression$|^TemplateLiteral$/.test(type)
}

const own = /^(?:__dirname|__filename|import\.meta\.(?:url|dirname|filename))$/

function isOwn(node: AnyNode): boolean {
  return /^(?:Identifier|MemberExpression)$/.test(node.type) && own.test(pathOf(node) ?? '')
}

/** Whether an expression comes down to the file's own place, through names as well. */
function mentionsOwn(node: AnyNode, scope: Scope, depth = 0): boolean {
  if (isOwn(node)) return true
  if (depth > 12 || isFunction(node)) return false
  const bound = node.type === 'Identifier' ? lookUp(scope, node.name) : undefined
  if (bound?.kind === 'value') return mentionsOwn(bound.node, bound.scope, depth + 1)
  return childrenOf(node).some((child) => mentionsOwn(child, scope, depth + 1))
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
