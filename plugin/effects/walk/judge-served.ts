import { isBuiltin } from 'node:module'

import { judgeFindings, lazilyWanted } from '../../core/walk/judge-findings.ts'
import { readManifests } from '../../core/walk/manifests.ts'
import { refusal } from '../../core/walk/refusal.ts'
import type { ShippedTree } from '../../core/walk/shipped-tree.ts'
import { walkImage } from '../../core/walk/walk-image.ts'
import type { VerifiedImage } from '../../ports/image-stages.ts'
import { namedPackages } from './named-packages.ts'

/**
 * Walks an image that Docker built, base and all: before it was built nobody could know what it
 * would have.
 * @param isUp whether all of its functions came up: then what they load at once is there
 * @returns what should be said to the user
 * @throws ContainerImageError MODULE_MISSING, MODULE_UNLOADABLE
 */
export async function judgeServed(
  { image, bundle }: Pick<VerifiedImage, 'image' | 'bundle'>,
  tree: ShippedTree,
  isUp: boolean,
): Promise<readonly string[]> {
  const walked = walkImage(tree, image, isBuiltin)
  const findings = walked.findings.filter(({ necessity }) => necessity === 'lazy' || !isUp)
  const manifests = readManifests(tree)
  const { inputs = [] } = bundle
  const { problems, notes } = judgeFindings(findings, {
    image: image.name,
    builder: 'dockerfile',
    versionOf(folder) {
      const version = manifests.at(folder)?.['version']
      return typeof version === 'string' ? version : undefined
    },
    askedBy: (specifier) =>
      inputs.find(({ imports }) => imports.some((one) => one.external && one.to === specifier))
        ?.path,
    named: await namedPackages(inputs, lazilyWanted(findings)),
    omit: [],
    scriptOf: () => undefined,
  })
  const error = refusal(problems)
  if (error !== undefined) throw error
  return notes
}
