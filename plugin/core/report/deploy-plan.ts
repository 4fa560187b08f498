import type { Digest } from '../../oci/digest.ts'
import { type BaseMove, baseMove } from './base-move.ts'
import { formatFunction } from '../arc/function-kinds.ts'
import type { PlannedImage } from '../model.ts'
import {
  inWords,
  type ListedPackages,
  listPackageChanges,
  type PackageChange,
  packageChanges,
} from './package-changes.ts'

/** What an image is made of, as far as it is known; parts that are not known are never a change. */
export interface ImageFacts {
  /** Absent for an image that is not made yet. */
  readonly digest?: Digest
  readonly base?: string
  /** Milliseconds. */
  readonly pushedAt?: number
  /** Digests of the layers of packages; `none` for an image without dependencies. */
  readonly dependencies?: string
  readonly packages?: ListedPackages
  readonly bundle?: string
  /** Compressed bytes. */
  readonly size?: number
}

export interface LiveFunctionFacts {
  readonly logicalId: string
  readonly packageType: 'Zip' | 'Image'
  readonly architecture: string
  readonly digest?: Digest
  /** Lambda runs another image than the template names: a sync gave it that, or somebody by hand. */
  readonly drifted?: boolean
}

export interface PlanInput {
  readonly images: readonly {
    readonly image: PlannedImage
    readonly tag: string
    readonly facts: ImageFacts
  }[]
  /** Functions of the deployed template. */
  readonly live: ReadonlyMap<string, LiveFunctionFacts>
  readonly liveImages: ReadonlyMap<Digest, ImageFacts>
  /** Logical ids of all functions in the template to come. */
  readonly functions: ReadonlySet<string>
}

export type PlanState = 'new' | 'changed' | 'unchanged' | 'replaced' | 'removed'

export interface PlanLine {
  readonly name: string
  readonly state: PlanState
  /** What differs, in a few words. */
  readonly changes: readonly string[]
}

export interface ImagePlan extends PlanLine {
  readonly tag?: string
  /** The repository has it already, so that nothing is built. */
  readonly isThere: boolean
  readonly size?: number
  readonly liveSize?: number
  /** Absent: its base is the one that the live image has, or it is not known. */
  readonly baseMoved?: BaseMove
  /** The largest first; absent where they are the same, or not known. */
  readonly packages?: readonly PackageChange[]
}

export interface DeployPlan {
  readonly images: readonly ImagePlan[]
  readonly functions: readonly PlanLine[]
}

const parts = [
  ['base', 'base'],
  ['dependencies', 'dependencies'],
  ['bundle', 'code'],
] as const

/** What a deploy would do, against what is live. */
export function planDeploy(input: PlanInput): DeployPlan {
  return {
    images: input.images.map((image) => planImage(image, input)),
    functions: planFunctions(input),
  }
}

function differences(
  next: ImageFacts,
  live: ImageFacts,
  changes: readonly PackageChange[],
): readonly string[] {
  const found = parts
    .filter(([part]) => next[part] !== undefined && live[part] !== undefined)
    .filter(([part]) => next[part] !== live[part])
    .map(([part, word]) => (part === 'dependencies' ? withPackages(word, changes) : word))
  return found.length > 0 ? found : ['content']
}

/** `dependencies (sharp 0.33.5 to 0.35.5)`. */
function withPackages(word: string, changes: readonly PackageChange[]): string {
  const few = listPackageChanges(changes, 3, inWords)
  return few.length === 0 ? word : `${word} (${few.join(', ')})`
}

function planImage(
  { image, tag, facts }: PlanInput['images'][number],
  input: PlanInput,
): ImagePlan {
  const digests = image.functions.map(({ logicalId }) => input.live.get(logicalId)?.digest)
  const running = digests.find((digest) => digest !== undefined)
  const live = running === undefined ? undefined : (input.liveImages.get(running) ?? {})
  const isSame = running !== undefined && running === facts.digest
  const baseMoved = baseMove(live?.base, facts.base, live?.pushedAt)
  const common = {
    name: `${image.name} (${image.architecture})`,
    tag,
    isThere: facts.digest !== undefined,
    ...(facts.size !== undefined && { size: facts.size }),
    ...(live?.size !== undefined && { liveSize: live.size }),
    ...(baseMoved !== undefined && { baseMoved }),
  }
  if (live === undefined) return { ...common, state: 'new', changes: [] }
  if (isSame) return { ...common, state: 'unchanged', changes: [] }
  const packages =
    facts.packages && live.packages ? packageChanges(live.packages, facts.packages) : []
  return {
    ...common,
    state: 'changed',
    changes: differences(facts, live, packages),
    ...(packages.length > 0 && { packages }),
  }
}

function planFunctions(input: PlanInput): readonly PlanLine[] {
  const planned = input.images.flatMap(({ image, facts }) =>
    image.functions.map(({ logicalId, pragma, name }): readonly [string, PlanLine] => {
      const live = input.live.get(logicalId)
      const line = { name: formatFunction(pragma, name) }
      if (live === undefined) return [logicalId, { ...line, state: 'new', changes: [] }]
      if (live.packageType === 'Zip')
        return [logicalId, { ...line, state: 'replaced', changes: ['zip to image'] }]
      const architecture = image.architecture
      const turned =
        live.architecture === architecture ? [] : [`${live.architecture} to ${architecture}`]
      const isSame = live.digest !== undefined && live.digest === facts.digest
      const changes = [
        ...turned,
        ...(isSame ? [] : [`image ${image.name}`]),
        ...(live.drifted === true ? ['runs an image that no deploy gave it'] : []),
      ]
      return [logicalId, { ...line, state: changes.length > 0 ? 'changed' : 'unchanged', changes }]
    }),
  )
  const known = new Set(planned.map(([logicalId]) => logicalId))
  const left = [...input.live.values()].filter(
    ({ logicalId, packageType }) => packageType === 'Image' && !known.has(logicalId),
  )
  return [
    ...planned.map(([, line]) => line),
    ...left.map(({ logicalId }): PlanLine =>
      input.functions.has(logicalId)
        ? { name: logicalId, state: 'replaced', changes: ['image to zip'] }
        : { name: logicalId, state: 'removed', changes: [] },
    ),
  ]
}
