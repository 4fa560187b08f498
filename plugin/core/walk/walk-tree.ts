import { type KnownEdges, readAnew } from './known-edges.ts'
import { readManifests } from './manifests.ts'
import { formatOf } from './node-format.ts'
import type { NodeTarget } from './node-target.ts'
import { type Edge, type FileEdges, type Necessity, weaker } from '../edges/edge.ts'
import { readEdges } from './read-edges.ts'
import { type Resolver, resolveModule } from './resolve-module.ts'
import type { ShippedTree } from './shipped-tree.ts'

/** Something that a file of the image asks for and does not get. */
export interface Finding {
  /** `missing`: nothing is there. The others: a file that `require` or `import` cannot load. */
  readonly kind: 'missing' | 'es module' | 'es syntax' | 'awaits' | 'import only'
  readonly necessity: 'lazy' | 'eager'
  /** The file that asks, from the image's root, and its line. */
  readonly from: string
  readonly line: number
  readonly edge: Edge
  /** What is there instead, or why nothing is: a clause. */
  readonly reason: string
}

/** An edge to a package that the tree does not list and the base may bring. */
export interface OutsideEdge {
  readonly mode: Edge['mode']
  readonly specifier: string
  readonly necessity: Necessity
}

export interface Walked {
  readonly findings: readonly Finding[]
  readonly outside: readonly OutsideEdge[]
  /** Every file that the entries lead to, with how certainly. */
  readonly reached: ReadonlyMap<string, Necessity>
}

/**
 * Follows what files load from the entries on, by Node's own rules, without running any of it. What
 * is found is what could not be loaded; inside of `try` that is nobody's fault.
 * @param entries paths of CommonJS files: handlers, as Lambda's client loads them
 */
export function walkTree(
  tree: ShippedTree,
  entries: readonly string[],
  target: NodeTarget,
  edges: KnownEdges = readAnew,
): Walked {
  const resolver: Resolver = { tree, manifests: readManifests(tree), target }
  const files = new Map<string, ReadFile>()
  const reached = new Map<string, Necessity>()
  const findings = new Map<string, Finding>()
  const outside: OutsideEdge[] = []
  const waiting: { path: string; necessity: Necessity }[] = []

  const reach = (path: string, necessity: Necessity): void => {
    const before = reached.get(path)
    if (before !== undefined && weaker(before, necessity) === necessity) return
    reached.set(path, necessity)
    waiting.push({ path, necessity })
  }
  const read = (path: string): ReadFile => {
    const known = files.get(path) ?? readFile(resolver, path, edges)
    files.set(path, known)
    return known
  }
  const judge = (from: string, edge: Edge, necessity: Necessity): void => {
    const found = resolve(resolver, from, edge)
    if (found.kind === 'outside') {
      if (!target.isBuiltin(edge.specifier))
        outside.push({ mode: edge.mode, specifier: edge.specifier, necessity })
      return
    }
    const fault =
      found.kind === 'missing'
        ? lacking(found, resolver, from, edge)
        : unloadable(found.path, read(found.path), edge, target)
    if (fault === undefined) {
      if (found.kind === 'file') reach(found.path, necessity)
    } else if (necessity !== 'tolerated') {
      const key = `${from} ${edge.mode} ${edge.specifier}`
      findings.set(key, { ...fault, necessity, from, line: edge.line, edge })
    }
  }

  for (const entry of entries) reach(tree.realpath(entry), 'eager')
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, necessity } = next
    for (const edge of read(path).edges) judge(path, edge, weaker(necessity, edge.necessity))
  }
  return { findings: [...findings.values()], outside, reached }
}

function resolve(resolver: Resolver, from: string, edge: Edge): ReturnType<typeof resolveModule> {
  if (edge.mode !== 'file') return resolveModule(resolver, from, edge.specifier, edge.mode)
  return resolver.tree.kind(edge.specifier) === 'file'
    ? { kind: 'file', path: resolver.tree.realpath(edge.specifier) }
    : { kind: 'missing', reason: `${edge.specifier} is not there` }
}

/** A file's edges, and as what Node would read it. */
interface ReadFile extends FileEdges {
  readonly isModule: boolean
}

function readFile(resolver: Resolver, path: string, edges: KnownEdges): ReadFile {
  const { tree, target } = resolver
  const format = formatOf(resolver.manifests, path)
  const isModule = format === 'module'
  if (format === 'no code') return { edges: [], syntax: 'as expected', awaits: false, isModule }
  const nodeEnv = target.nodeEnv && { nodeEnv: target.nodeEnv }
  const readAs = (module: boolean): FileEdges => {
    const known = { path, isModule: module, ...nodeEnv }
    return edges(known, (memory) =>
      // Copied, as V8 keeps a whole text in memory for each part of it that is kept.
      structuredClone(
        readEdges({ ...known, text: Buffer.from(tree.read(path)).toString() }, memory),
      ),
    )
  }
  const first = readAs(isModule)
  const isDetected = first.syntax === 'es module' && format === 'unsaid' && target.detectModule
  return isDetected ? { ...readAs(true), isModule: true } : { ...first, isModule }
}

/** A package may be there and have something for `import` alone. */
function lacking(
  found: Extract<ReturnType<typeof resolve>, { kind: 'missing' }>,
  resolver: Resolver,
  from: string,
  { mode, specifier }: Edge,
): Pick<Finding, 'kind' | 'reason'> {
  if (mode !== 'require') return found
  const other = resolveModule(resolver, from, specifier, 'import')
  return other.kind === 'file' ? { kind: 'import only', reason: found.reason } : found
}

/** Why Node would refuse a file that is there. */
function unloadable(
  path: string,
  { syntax, awaits, isModule }: ReadFile,
  { mode }: Edge,
  { requireModule }: NodeTarget,
): Pick<Finding, 'kind' | 'reason'> | undefined {
  if (syntax === 'es module') {
    const reason = `${path} has the syntax of an ES module, and no 'type' that says so`
    return { kind: 'es syntax', reason }
  }
  if (mode !== 'require' || !isModule) return undefined
  if (!requireModule) return { kind: 'es module', reason: `${path} is an ES module` }
  return awaits ? { kind: 'awaits', reason: `${path} awaits at its top` } : undefined
}
