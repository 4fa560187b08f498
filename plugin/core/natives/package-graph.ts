import type { InstalledPackage, InstalledTree } from './installed-tree.ts'

/** Finds packages by place, as Node's own resolution does. */
export interface PackageGraph {
  /** The package that `name` means to code in the package at `from` (`''`: the image's own). */
  resolve(from: string, name: string): InstalledPackage | undefined
  /**
   * Paths of all packages that the image's own dependencies lead to.
   * @param without whether a package is passed over, and what only it leads to
   * @param edges `needed`: those alone without which npm would fail
   */
  reachable(
    without?: (installed: InstalledPackage) => boolean,
    edges?: 'all' | 'needed',
  ): ReadonlySet<string>
  /** Paths of all that the image itself, or one of the packages, cannot do without. */
  askedFor(packages: readonly InstalledPackage[]): ReadonlySet<string>
  /** The given packages and all that cannot do without them. */
  withDependants(paths: Iterable<string>): ReadonlySet<string>
}

export function createPackageGraph(tree: InstalledTree): PackageGraph {
  const byPath = new Map(tree.packages.map((installed) => [installed.path, installed]))

  function resolve(from: string, name: string): InstalledPackage | undefined {
    for (let folder = from; ;) {
      const found = byPath.get(
        folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`,
      )
      if (found !== undefined || folder === '') return found
      folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))
    }
  }

  const reachable: PackageGraph['reachable'] = (without = () => false, edges = 'all') => {
    const reached = new Set<string>()
    const own = [...tree.direct, ...(edges === 'all' ? tree.optionalDirect : [])]
    const waiting: [string, readonly string[]][] = [['', own]]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [from, names] = next
      for (const name of names) {
        const found = resolve(from, name)
        if (found === undefined || reached.has(found.path) || without(found)) continue
        reached.add(found.path)
        const { dependencies, optionalDependencies, optionalPeers } = found
        const more = edges === 'all' ? [...optionalDependencies, ...optionalPeers] : []
        waiting.push([found.path, [...dependencies, ...more]])
      }
    }
    return reached
  }

  const askedFor: PackageGraph['askedFor'] = (packages) => {
    const own = tree.direct.map((name) => resolve('', name))
    const others = packages.flatMap(({ path, dependencies }) =>
      dependencies.map((name) => resolve(path, name)),
    )
    return new Set([...own, ...others].flatMap((found) => found?.path ?? []))
  }

  const withDependants: PackageGraph['withDependants'] = (paths) => {
    const found = new Set(paths)
    for (let size = -1; size !== found.size;) {
      size = found.size
      for (const { path, dependencies } of tree.packages)
        if (dependencies.some((name) => found.has(resolve(path, name)?.path ?? ''))) found.add(path)
    }
    return found
  }

  return { resolve, reachable, askedFor, withDependants }
}
