import type { InstalledPackage } from './installed-tree.ts'
import type { PackageGraph } from './package-graph.ts'

/** Whether native files are there, in a package or in those that it depends on itself. */
export function bringsNatives(installed: InstalledPackage, graph: PackageGraph): boolean {
  const names = [...installed.dependencies, ...installed.optionalDependencies]
  const related = names.map((name) => graph.resolve(installed.path, name))
  return [installed, ...related].some((one) =>
    one?.files.some(({ binary }) => binary !== undefined),
  )
}
