import { createPackageGraph } from '../../core/natives/package-graph.ts'
import { bringsNatives } from '../../core/natives/brings-natives.ts'
import type { PlannedImage } from '../../core/model.ts'
import { neededScript, scriptProblem } from '../../core/walk/judge-scripts.ts'
import type { ShippedTree } from '../../core/walk/shipped-tree.ts'
import type { WalkedImage } from '../../core/walk/walk-image.ts'
import type { Problem } from '../../errors.ts'
import type { JudgedInstall } from './make-dependencies.ts'

/**
 * Packages that the functions load, or the image names, and whose install scripts would have
 * fetched or made what they need. Those with native files for the platform are complete without.
 */
export function neededScripts(
  { tree: { direct, optionalDirect, packages: all }, verdict: { packages } }: JudgedInstall,
  tree: ShippedTree,
  { reached }: WalkedImage,
  image: PlannedImage,
): { readonly problems: readonly Problem[]; readonly byPackage: ReadonlyMap<string, string> } {
  const graph = createPackageGraph({ packages, direct, optionalDirect })
  const named = new Set([...direct, ...optionalDirect])
  const loaded = [...reached.keys()]
  const needed = packages.flatMap((one) => {
    const folder = `var/task/${one.path}`
    const isUsed =
      (named.has(one.name) && one.path === `node_modules/${one.name}`) ||
      loaded.some((path) => path.startsWith(`${folder}/`))
    if (one.scripts.length === 0 || !isUsed || bringsNatives(one, graph)) return []
    const script = neededScript(one, folder, tree)
    return script === undefined ? [] : [{ one, script }]
  })
  const refused = needed.filter(({ one }) => !image.settings.scriptsNotNeeded.includes(one.name))
  const unknown = image.settings.scriptsNotNeeded.filter(
    (name) => !all.some((one) => one.name === name),
  )
  return {
    problems: [
      ...refused.map(({ one, script }) => scriptProblem(image.name, one, script)),
      ...unknown.map((name): Problem => ({
        code: 'DEPENDENCIES_UNFIT',
        message: `scripts-not-needed of image '${image.name}' names ${name}, which none of its dependencies brings in. Remove it, or correct the name.`,
      })),
    ],
    byPackage: new Map(needed.map(({ one, script }) => [one.name, script])),
  }
}
