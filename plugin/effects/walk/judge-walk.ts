import { judgeFindings, lazilyWanted, type Verdict } from '../../core/walk/judge-findings.ts'
import { readManifests } from '../../core/walk/manifests.ts'
import type { WalkedImage } from '../../core/walk/walk-image.ts'
import type { PlannedImage } from '../../core/model.ts'
import type { Bundle } from '../../ports/bundle.ts'
import type { ShippedTree } from '../../core/walk/shipped-tree.ts'
import { namedPackages } from './named-packages.ts'

/**
 * What a walk's findings mean for an image.
 * @param scripts install scripts that did not run, by the package that they would have completed
 */
export async function judgeWalk(
  {
    image,
    bundle: { inputs = [] },
    builder,
  }: {
    readonly image: PlannedImage
    readonly bundle: Bundle
    readonly builder: 'embedded' | 'dockerfile'
  },
  tree: ShippedTree,
  { findings }: WalkedImage,
  scripts: ReadonlyMap<string, string> = new Map(),
): Promise<Verdict> {
  const manifests = readManifests(tree)
  return judgeFindings(findings, {
    image: image.name,
    builder,
    versionOf(folder) {
      const version = manifests.at(folder)?.['version']
      return typeof version === 'string' ? version : undefined
    },
    askedBy: (specifier) =>
      inputs.find(({ imports }) => imports.some((one) => one.external && one.to === specifier))
        ?.path,
    named: await namedPackages(inputs, lazilyWanted(findings)),
    omit: image.settings.omit,
    scriptOf: (name) => scripts.get(name),
  })
}
