import type { PlannedImage } from '../model.ts'
import { type KnownEdges, readAnew } from './known-edges.ts'
import { nodeTarget, type NodeTarget } from './node-target.ts'
import type { Necessity } from '../edges/edge.ts'
import type { ShippedTree } from './shipped-tree.ts'
import { type Finding, type OutsideEdge, walkTree } from './walk-tree.ts'

/** A walk from every function of an image. */
export interface WalkedImage {
  readonly findings: readonly Finding[]
  /** What is loaded of packages that are not in the tree. */
  readonly outside: readonly OutsideEdge[]
  readonly reached: ReadonlyMap<string, Necessity>
}

/** Where Lambda's client finds the code of a function, from the image's root. */
export function entryPath(folder: string): string {
  return `var/task/${folder}/index.cjs`
}

/**
 * Walks what an image ships, from the handlers of its functions on; functions whose environment
 * starts Node in another way have a walk of their own.
 */
export function walkImage(
  tree: ShippedTree,
  image: PlannedImage,
  isBuiltin: NodeTarget['isBuiltin'],
  edges: KnownEdges = readAnew,
): WalkedImage {
  const groups = Map.groupBy(image.functions, ({ environment }) => {
    const { NODE_OPTIONS, NODE_PATH, NODE_ENV } = environment
    return JSON.stringify([NODE_OPTIONS, NODE_PATH, NODE_ENV])
  })
  const walks = [...groups.values()].map((functions) => {
    const [first] = functions
    const target = nodeTarget(image.nodeVersion, first?.environment ?? {}, isBuiltin)
    return walkTree(
      tree,
      functions.map(({ folder }) => entryPath(folder)),
      target,
      edges,
    )
  })
  const findings = walks.flatMap((walked) => walked.findings)
  return {
    findings: [...new Map(findings.map((one) => [keyOf(one), one])).values()],
    outside: walks.flatMap((walked) => walked.outside),
    reached: new Map(walks.flatMap((walked) => [...walked.reached])),
  }
}

function keyOf({ necessity, kind, from, edge }: Finding): string {
  return `${necessity} ${kind} ${from} ${edge.specifier}`
}
