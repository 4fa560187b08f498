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
 * @throws ContainerImageError DOCKERFILE_INVALID when there is no such stage
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
  return {
    images: [...images].map(([reference, kind]) => ({ reference, platform: kind })),
    takesFunctions,
    entryPoint: entryPointOf(stages, last),
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

function entryPointOf(stages: readonly Stage[], last: number): NeededImages['entryPoint'] {
  for (let at: number | undefined = last; at !== undefined;) {
    const stage: Stage | undefined = stages[at]
    if (stage?.entryPoint !== undefined) return { kind: 'own', argv: stage.entryPoint }
    const below: number | undefined =
      stage === undefined ? undefined : findStage(stages, stage.base, at)
    if (below === undefined) return { kind: 'base', reference: stage?.base ?? 'scratch' }
    at = below
  }
  return { kind: 'base', reference: 'scratch' }
}
