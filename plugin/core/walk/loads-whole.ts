import { apparentEdges } from '../edges/apparent-edges.ts'
import { type KnownEdges, readAnew } from './known-edges.ts'
import type { Edge } from '../edges/edge.ts'
import { nodeTarget, type NodeTarget } from './node-target.ts'
import { resolveModule } from './resolve-module.ts'
import { readManifests } from './manifests.ts'
import type { ShippedTree } from './shipped-tree.ts'
import { type OutsideEdge, walkTree } from './walk-tree.ts'

/** What Node knows by itself. */
export interface OfNode {
  readonly isBuiltin: NodeTarget['isBuiltin']
  /** Whether it takes a text for CommonJS. */
  readonly isScript: (text: string) => boolean
}

/**
 * How handlers may load the packages of an image so that nothing is found missing, as `require
 * sharp`: kept with a layer of packages, so that nobody has to install them to know. All or none.
 * Parsing takes most of it, so files are only parsed where what can be seen of them leads nowhere.
 * @param names of packages that the image itself names
 */
export function loadsWhole(
  tree: ShippedTree,
  names: readonly string[],
  nodeVersion: number,
  { isBuiltin, isScript }: OfNode,
  edges: KnownEdges = readAnew,
): string[] {
  const target = nodeTarget(nodeVersion, {}, isBuiltin)
  const resolver = { tree, manifests: readManifests(tree), target }
  const found = names.flatMap((specifier) =>
    (['require', 'import'] as const).flatMap((mode) => {
      const at = resolveModule(resolver, 'var/task/index.cjs', specifier, mode)
      return at.kind === 'file' ? [{ mode, specifier, path: at.path }] : []
    }),
  )
  const loadable = found.filter(({ mode, path }) => mode === 'import' || !isModuleFile(path))
  const entries = [...new Set(loadable.map(({ path }) => path))]
  const isWhole = (known: KnownEdges): boolean =>
    walkTree(tree, entries, target, known).findings.every(({ necessity }) => necessity !== 'eager')
  return isWhole(apparent) || isWhole(edges) ? loadable.map(loadOf) : []

  function apparent(...[known, read]: Parameters<KnownEdges>): ReturnType<KnownEdges> {
    const { path, isModule } = known
    const seen = isModule ? undefined : apparentEdges(textOf(path), isScript)
    const leads = ({ specifier }: Edge): boolean =>
      resolveModule(resolver, path, specifier, 'require').kind !== 'missing'
    return seen?.edges.every(leads) ? seen : edges(known, read)
  }

  function textOf(path: string): string {
    return Buffer.from(tree.read(path)).toString()
  }

  function isModuleFile(path: string): boolean {
    if (!/\.[cm]?js$/.test(path)) return false
    const type = resolver.manifests.scopeOf(path)?.manifest['type']
    return path.endsWith('.mjs') || (path.endsWith('.js') && type === 'module')
  }
}

/** `require sharp` of an edge, as records have it. */
export function loadOf({ mode, specifier }: Pick<OutsideEdge, 'mode' | 'specifier'>): string {
  return `${mode} ${specifier}`
}
