import { ContainerImageError } from '../../errors.ts'
import type { Stage, Stages } from './read-stages.ts'

/** An image that a build pulls. */
export interface NeededImage {
  /** As the Dockerfile has it, with its arguments in place. */
  readonly reference: string
  /** `any`: used for another platform than the image's, so that its index is what counts. */
  readonly platform: 'target' | 'any'
}

export interface NeededImages {
  readonly images: readonly NeededImage[]
  /** Whether a needed stage takes files from the context `functions`. */
  readonly takesFunctions: boolean
  /** Whether the functions' files are in the image as they were handed over, and all of them. */
  readonly endsInFunctions: boolean
  /** The image that the wanted stage starts from in the end; absent: from nothing. */
  readonly root?: NeededImage
  /** The entry point that the Dockerfile names, else the image that brings it. */
  readonly entryPoint:
    | { readonly kind: 'own'; readonly argv: readonly string[] }
    | { readonly kind: 'base'; readonly reference: string }
}

/** Where the bundles are for a Dockerfile: `COPY --from=functions / ${LAMBDA_TASK_ROOT}/`. */
export const functionsContext = 'functions'

/**
 * The images that the wanted stage is made from. BuildKit builds only what that needs, so images of
 * other stages are not looked at.
 * @throws ContainerImageError DOCKERFILE_INVALID when there is no such stage, or it is for another
 * platform
 */
export function neededImages(
  { stages, syntax }: Stages,
  options: {
    readonly file: string
    readonly platform: string
    readonly target: string | undefined
  },
): NeededImages {
  const { file, platform, target } = options
  const last = target === undefined ? stages.length - 1 : findStage(stages, target, stages.length)
  if (last === undefined) {
    const names = stages.flatMap(({ name }) => name ?? []).join(', ') || 'none with a name'
    throw new ContainerImageError(
      'DOCKERFILE_INVALID',
      `${file} has no stage '${target}', which 'target' names; its stages: ${names}.`,
    )
  }
  const chain = chainOf(stages, last)
  checkPlatform(chain.at(-1), file, platform)
  const images = new Map<string, NeededImage['platform']>()
  const use = (reference: string, wanted: string): void => {
    if (reference === 'scratch') return
    const kind = wanted === platform && images.get(reference) !== 'any' ? 'target' : 'any'
    images.set(reference, kind)
  }
  const seen = new Set<number>()
  let takesFunctions = false
  const visit = (at: number): void => {
    const stage = stages[at]
    if (stage === undefined || seen.has(at)) return
    seen.add(at)
    for (const [name, wanted] of [
      [stage.base, stage.platform],
      ...stage.sources.map((source) => [source, stage.platform] as const),
    ] as const) {
      const found = findStage(stages, name, at)
      if (found !== undefined) visit(found)
      else if (name === functionsContext) takesFunctions = true
      else use(name, wanted)
    }
  }
  visit(last)
  if (syntax !== undefined) use(syntax, 'build')
  const root = chain.at(-1)?.base ?? 'scratch'
  return {
    endsInFunctions: chain[0]?.endsInFunctions === true,
    ...(root !== 'scratch' && {
      root: { reference: root, platform: images.get(root) ?? 'target' },
    }),
    images: [...images].map(([reference, kind]) => ({ reference, platform: kind })),
    takesFunctions,
    entryPoint: entryPointOf(chain),
  }
}

/** A stage by its name or number; only those before the one that asks. */
function findStage(stages: readonly Stage[], name: string, before: number): number | undefined {
  const number = /^\d+$/.test(name) ? Number(name) : -1
  const named = stages.findLastIndex(
    (stage, at) => at < before && stage.name?.toLowerCase() === name.toLowerCase(),
  )
  const found = named === -1 ? number : named
  return found >= 0 && found < before ? found : undefined
}

/** A stage and those that it starts from, the one with the image last. */
function chainOf(stages: readonly Stage[], last: number): readonly Stage[] {
  const chain: Stage[] = []
  for (let at: number | undefined = last; at !== undefined;) {
    const stage: Stage | undefined = stages[at]
    if (stage === undefined) break
    chain.push(stage)
    at = findStage(stages, stage.base, at)
  }
  return chain
}

function entryPointOf(chain: readonly Stage[]): NeededImages['entryPoint'] {
  const argv = chain.find(({ entryPoint }) => entryPoint !== undefined)?.entryPoint
  if (argv !== undefined) return { kind: 'own', argv }
  return { kind: 'base', reference: chain.at(-1)?.base ?? 'scratch' }
}

/** BuildKit names an image after the platform that is asked for, whatever its base is for. */
function checkPlatform(root: Stage | undefined, file: string, platform: string): void {
  if (root === undefined || root.base === 'scratch' || root.platform === platform) return
  const other = root.platform === 'build' ? "the building machine's platform" : root.platform
  throw new ContainerImageError(
    'DOCKERFILE_INVALID',
    `${file}: the image starts from ${root.base} for ${other}, and its functions run on ${platform}. Docker would call it an image for ${platform} all the same, and every call would end in 'exec format error'. Remove '--platform' from that FROM.`,
  )
}
