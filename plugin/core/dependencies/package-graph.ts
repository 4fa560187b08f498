import type { InstalledPackage, InstalledTree } from './installed-tree.ts'

/** Finds packages by place, as Node's own resolution does. */
export interface PackageGraph {
  /** The package that `name` means to code in the package at `from` (`''`: the image's own). */
  resolve(from: string, name: string): InstalledPackage | undefined
  /** Paths of all packages that the image's own dependencies lead to without passing `omit`. */
  reachable(omit: ReadonlySet<string>): ReadonlySet<string>
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

  function reachable(omit: ReadonlySet<string>): ReadonlySet<string> {
    const reached = new Set<string>()
    const waiting: [string, readonly string[]][] = [['', [...tree.direct, ...tree.optionalDirect]]]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [from, names] = next
      for (const name of names) {
        const found = omit.has(name) ? undefined : resolve(from, name)
        if (found === undefined || reached.has(found.path)) continue
        reached.add(found.path)
        waiting.push([found.path, [...found.dependencies, ...found.optionalDependencies]])
      }
    }
    return reached
  }

  return { resolve, reachable }
}
