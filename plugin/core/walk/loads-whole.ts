import type { KnownEdges } from './known-edges.ts'
import { nodeTarget, type NodeTarget } from './node-target.ts'
import { resolveModule } from './resolve-module.ts'
import { readManifests } from './manifests.ts'
import type { ShippedTree } from './shipped-tree.ts'
import { type OutsideEdge, walkTree } from './walk-tree.ts'

/**
 * How handlers may load the packages of an image so that nothing is found missing, as `require
 * sharp`: kept with a layer of packages, so that nobody has to install them to know. All or none.
 * @param names of packages that the image itself names
 */
export function loadsWhole(
  tree: ShippedTree,
  names: readonly string[],
  nodeVersion: number,
  isBuiltin: NodeTarget['isBuiltin'],
  edges?: KnownEdges,
): string[] {
  const target = nodeTarget(nodeVersion, {}, isBuiltin)
  const resolver = { tree, manifests: readManifests(tree), target }
  const found = names.flatMap((specifier) =>
    (['require', 'import'] as const).flatMap((mode) => {
      const at = resolveModule(resolver, 'var/task/index.cjs', specifier, mode)
      return at.kind === 'file' ? [{ mode, specifier, path: at.path }] : []
    }),
  )
  const loadable = found.filter(({ mode, path }) => mode === 'import' || !isModule(path))
  const entries = [...new Set(loadable.map(({ path }) => path))]
  const { findings } = walkTree(tree, entries, target, edges)
  if (findings.some(({ necessity }) => necessity === 'eager')) return []
  return loadable.map(loadOf)

  function isModule(path: string): boolean {
    if (!/\.[cm]?js$/.test(path)) return false
    const type = resolver.manifests.scopeOf(path)?.manifest['type']
    return path.endsWith('.mjs') || (path.endsWith('.js') && type === 'module')
  }
}

/** `require sharp` of an edge, as records have it. */
export function loadOf({ mode, specifier }: Pick<OutsideEdge, 'mode' | 'specifier'>): string {
  return `${mode} ${specifier}`
}
