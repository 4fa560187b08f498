import type { GarbageVerdict } from '../../../plugin/core/retention/plan-garbage.ts'
import { isFresh, parseLiveTag, tagsOf } from '../../../plugin/core/image/live-tag.ts'
import { isDependenciesTag } from '../../../plugin/core/image/tag.ts'
import { type StackImages, unreadStack } from '../../../plugin/core/retention/stack-images.ts'
import { pullable, type StoredImage } from '../../../plugin/core/retention/stored-image.ts'
import {
  evaluateLifecycle,
  evaluateTransitions,
  putImage,
  type ModelRule,
} from '../aws/ecr-model/index.ts'
import type { Deploy } from './deploy.ts'
import { layersOf } from './layers.ts'
import type { Rollback } from './rollback.ts'
import type { Sync } from './sync.ts'
import type { Rules } from './rules.ts'
import { describe, needs, newStack, type RepositoryName, type Stack } from './stack.ts'

/** One repository. */
export interface RepositoryState {
  readonly name: RepositoryName
  /** The policy that is in place. */
  lifecycle: readonly ModelRule[]
  images: readonly StoredImage[]
  /** A gc that has read the stacks, and then made its plan. */
  gc?: {
    readonly stacks: readonly StackImages[]
    readonly at: number
    plan?: readonly GarbageVerdict[]
  }
}

/** The repositories of an app with everything that uses them. */
export interface World {
  readonly rules: Rules
  readonly stacks: readonly Stack[]
  readonly repositories: readonly RepositoryState[]
  /** From now on deploys of previews use a repository of their own. */
  separate: boolean
  now: number
  deploys: Deploy[]
  rollbacks: Rollback[]
  syncs: Sync[]
  /** Raised with each moment of a sync. */
  seconds: number
  /** What a registry refused for a layer that it did not have. */
  refused: string | undefined
  /** Raised with each build, for builders that never make the same bytes twice. */
  builds: number
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
  const { lifecycle } = rules
  return {
    rules,
    stacks: stackNames.map(newStack),
    repositories: [
      { name: 'app', lifecycle: legacy ? [] : lifecycle, images: [] },
      // The role's template makes it with the whole policy.
      { name: 'previews', lifecycle, images: [] },
    ],
    separate: false,
    now: beginning,
    deploys: [],
    rollbacks: [],
    syncs: [],
    seconds: 0,
    refused: undefined,
    builds: 0,
  }
}

export function isPreview({ name }: Stack): boolean {
  return !['AppProduction', 'AppStaging'].includes(name)
}

export function repositoryOf({ repositories }: World, wanted: RepositoryName): RepositoryState {
  const found = repositories.find(({ name }) => name === wanted)
  if (found === undefined) throw new Error(`No repository ${wanted}`)
  return found
}

/** What who looks after a repository reads: of the previews' one, previews only. */
export function readStacks(
  { rules, stacks }: World,
  { name }: RepositoryState,
): readonly StackImages[] {
  return stacks
    .filter(({ status }) => status !== 'NONE')
    .map((stack) =>
      name === 'app' || isPreview(stack)
        ? rules.heldDigests(describe(stack, name))
        : unreadStack(stack.name),
    )
}

/** At the start of every deploy: our policy, once what is in use is tagged. */
export function reconcile(world: World, repository: RepositoryState): void {
  const { rules, now } = world
  if (repository.lifecycle === rules.lifecycle) return
  for (const stack of readStacks(world, repository))
    for (const { digest, tag } of rules.tagsToRestore(stack, repository.images, now)) {
      const image = pullable(repository.images).find((each) => each.digest === digest)
      if (image !== undefined)
        repository.images = putImage(repository.images, { ...image, tags: [tag] })
    }
  repository.lifecycle = rules.lifecycle
}

export function expire({ repositories, now }: World): void {
  for (const repository of repositories) {
    const archived = evaluateTransitions(repository.lifecycle, repository.images, now)
    repository.images = repository.images.map((image) =>
      archived.has(image.digest) ? { ...image, status: 'archived' } : image,
    )
    const expired = evaluateLifecycle(repository.lifecycle, repository.images, now)
    if (expired.length === 0) continue
    const gone = new Set(expired.map(({ digest }) => digest))
    repository.images = repository.images.filter(({ digest }) => !gone.has(digest))
  }
}

/**
 * Somebody clears up by hand: what no stack needs and no fresh tag names goes to the archive, or some
 * of the way back from there.
 */
export function archive(world: World, repository: RepositoryState, to: 'there' | 'back'): void {
  const needed = new Set(world.stacks.flatMap((stack) => needs(stack).map(({ digest }) => digest)))
  repository.images = repository.images.map((image) => {
    const { status, ...active } = image
    if (to === 'back' && status === 'activating') return active
    if (to === 'back') return status === 'archived' ? { ...image, status: 'activating' } : image
    const named = image.tags.some(
      (tag) => parseLiveTag(tag) !== undefined && isFresh(tag, world.now),
    )
    return named || needed.has(image.digest) ? image : { ...image, status: 'archived' }
  })
}

/** The image that somebody needs and that cannot be pulled; nothing when all is well. */
export function loss(world: World): string | undefined {
  if (world.refused !== undefined) return world.refused
  const present = new Map(
    world.repositories.map(({ name, images }) => [
      name,
      new Set(pullable(images).map(({ digest }) => digest)),
    ]),
  )
  for (const stack of world.stacks)
    for (const { repository, digest } of needs(stack))
      if (!present.get(repository)?.has(digest))
        return `${stack.name} (${stack.status}) lost ${digest.slice(0, 15)} of ${repository}`
  return undefined
}

/** A layer that is there after gc, and that neither what stacks hold nor one of `records` lists. */
export function spareLayer(world: World, records: number): string | undefined {
  for (const repository of world.repositories) {
    const held = new Set(readStacks(world, repository).flatMap((stack) => [...stack.held]))
    const [own, others] = [true, false].map((isHeld) =>
      repository.images.filter(({ digest }) => held.has(digest) === isHeld),
    )
    const kept = (others ?? [])
      .filter(({ tags }) => tags.some(isDependenciesTag))
      .toSorted((one, other) => other.pushedAt - one.pushedAt)
      .slice(0, records)
    const needed = new Set([...(own ?? []), ...kept].flatMap(({ digest }) => layersOf(digest)))
    const there = repository.images.flatMap(({ digest }) => layersOf(digest))
    const spare = there.find((layer) => !needed.has(layer))
    if (spare !== undefined) return `${repository.name}: nobody needs layer ${spare}`
  }
  return undefined
}

/**
 * More images in a repository than what stacks hold and `beside`; what carries a tag of `waiting` is
 * for gc, and so is what `waits` by itself.
 */
export function excess(
  world: World,
  beside: number,
  waiting: (stack: Stack, repository: RepositoryState) => boolean = () => false,
  waits: (image: StoredImage) => boolean = () => false,
): string | undefined {
  for (const repository of world.repositories) {
    const held = new Set(readStacks(world, repository).flatMap((stack) => [...stack.held]))
    const names = world.stacks.filter((stack) => waiting(stack, repository)).map(({ name }) => name)
    const counted = repository.images.filter(
      (image) => !waits(image) && names.every((name) => tagsOf(name, image.tags).length === 0),
    )
    if (counted.length > held.size + beside)
      return `${repository.name}: ${counted.length} images, ${held.size} of them held`
  }
  return undefined
}
