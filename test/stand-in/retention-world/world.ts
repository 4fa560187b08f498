import type { GarbageVerdict } from '../../../plugin/core/retention/plan-garbage.ts'
import { tagsOf } from '../../../plugin/core/retention/live-tag.ts'
import type { StackImages } from '../../../plugin/core/retention/stack-images.ts'
import type { StoredImage } from '../../../plugin/core/retention/stored-image.ts'
import { evaluateLifecycle, putImage, type ModelRule } from '../aws/ecr-model/index.ts'
import type { Deploy } from './deploy.ts'
import type { Rules } from './rules.ts'
import { describe, needs, newStack, type Stack } from './stack.ts'

/** One repository with everything that uses it. */
export interface World {
  readonly rules: Rules
  readonly stacks: readonly Stack[]
  /** The policy that is in place. */
  lifecycle: readonly ModelRule[]
  now: number
  images: readonly StoredImage[]
  deploys: Deploy[]
  /** Raised with each build, for builders that never make the same bytes twice. */
  builds: number
  /** A gc that has read the stacks, and then made its plan. */
  gc?: {
    readonly stacks: readonly StackImages[]
    readonly at: number
    plan?: readonly GarbageVerdict[]
  }
}

const shared = 'AgentMemoryStagingWithAVeryLongNameThatNoTagCanHoldAsItIs'
export const stackNames = [
  'AppProduction',
  'AppStaging',
  'AppStagingPR1',
  `${shared}PR1`,
  `${shared}PR2`,
]

/** Late in an evening, so that days change within histories. */
const beginning = Date.UTC(2026, 10, 23, 22)

/** @param legacy the repository was used before, without live tags and without our policy */
export function newWorld(rules: Rules, legacy: boolean): World {
  const stacks = stackNames.map(newStack)
  const world = { rules, stacks, now: beginning, images: [], deploys: [], builds: 0 }
  return legacy ? { ...world, lifecycle: [] } : { ...world, lifecycle: rules.lifecycle }
}

export function readStacks({ rules, stacks }: World): readonly StackImages[] {
  return stacks
    .filter(({ status }) => status !== 'NONE')
    .map((stack) => rules.heldDigests(describe(stack)))
}

/** At the start of every deploy: our policy, once what is in use is tagged. */
export function reconcile(world: World): void {
  const { rules, now } = world
  if (world.lifecycle === rules.lifecycle) return
  for (const stack of readStacks(world))
    for (const { digest, tag } of rules.tagsToRestore(stack, world.images, now)) {
      const image = world.images.find((each) => each.digest === digest)
      if (image !== undefined) world.images = putImage(world.images, { ...image, tags: [tag] })
    }
  world.lifecycle = rules.lifecycle
}

export function expire(world: World): void {
  const expired = evaluateLifecycle(world.lifecycle, world.images, world.now)
  if (expired.length === 0) return
  const gone = new Set(expired.map(({ digest }) => digest))
  world.images = world.images.filter(({ digest }) => !gone.has(digest))
}

/** The image that somebody needs and that is not there; nothing when all is well. */
export function loss({ stacks, images }: World): string | undefined {
  const present = new Set(images.map(({ digest }) => digest))
  for (const stack of stacks)
    for (const digest of needs(stack))
      if (!present.has(digest)) return `${stack.name} (${stack.status}) lost ${digest.slice(0, 15)}`
  return undefined
}

/** More images than what stacks hold and `beside`; what carries a tag of `waiting` is for gc. */
export function excess(
  world: World,
  beside: number,
  waiting: readonly Stack[] = [],
): string | undefined {
  const held = new Set(readStacks(world).flatMap((stack) => [...stack.held]))
  const counted = world.images.filter(({ tags }) =>
    waiting.every(({ name }) => tagsOf(name, tags).length === 0),
  )
  return counted.length > held.size + beside
    ? `${counted.length} images, ${held.size} of them held`
    : undefined
}
