import { syncWindow } from '../../../plugin/core/image/live-tag.ts'
import type { Digest } from '../../../plugin/oci/digest.ts'
import { deleteTag, putImage } from '../aws/ecr-model/index.ts'
import { build, type Wanted } from './deploy.ts'
import { canBeUpdated, describe, type Place, type Stack } from './stack.ts'
import { isPreview, repositoryOf, type RepositoryState, type World } from './world.ts'

/** A sync on its way; it can stop for ever after each step, as one that is killed does. */
export interface Sync {
  readonly stack: Stack
  readonly repository: RepositoryState
  readonly wanted: Wanted
  step: 'read' | 'build' | 'tag' | 'update' | 'list' | 'release' | 'done'
  /** What ran when it was read. */
  seen: ReadonlyMap<string, Place>
  /** How often the stack had been updated then. */
  updates: number
  began: number
  taggedAt: number
  built: ReadonlyMap<string, Digest>
  releases: readonly string[]
}

export function newSync(world: World, stack: Stack, wanted: Wanted): Sync {
  const separate = world.separate && isPreview(stack)
  return {
    stack,
    repository: repositoryOf(world, separate ? 'previews' : 'app'),
    wanted,
    step: 'read',
    seen: new Map(),
    updates: 0,
    began: 0,
    taggedAt: Infinity,
    built: new Map(),
    releases: [],
  }
}

/** Tags and reads of syncs have a second each, whatever little time goes by in a history. */
function tick(world: World): number {
  return world.now + ++world.seconds * 1000
}

/** A sync gives up when it was away for long between its tag and its functions. */
export function isTooLate({ step, taggedAt }: Sync, now: number): boolean {
  return step === 'update' && now - taggedAt > syncWindow
}

/** One step further; everything else may happen before the next. */
export function advanceSync(world: World, sync: Sync): void {
  const { stack, repository } = sync
  switch (sync.step) {
    case 'read':
      sync.began = tick(world)
      sync.seen = new Map(stack.lambda)
      sync.updates = stack.updates
      sync.step = canBeUpdated(stack) && stack.lambda.size > 0 ? 'build' : 'done'
      return
    case 'build': {
      const built = build(world, repository, sync.wanted)
      sync.built = new Map([...(built ?? [])].filter(([id]) => sync.seen.has(id)))
      sync.step = sync.built.size > 0 ? 'tag' : 'done'
      return
    }
    case 'tag':
      sync.taggedAt = world.now
      if (world.rules.tagSynced) sync.step = tag(world, sync) ? 'update' : 'build'
      else sync.step = 'update'
      return
    case 'update':
      update(world, sync)
      return
    case 'list':
      sync.releases = releases(world, sync)
      sync.step = 'release'
      return
    case 'release':
      for (const name of sync.releases) repository.images = deleteTag(repository.images, name)
      sync.step = 'done'
      return
    default:
  }
}

/** False when an image is not there any more. */
function tag(world: World, { stack, repository, built, wanted }: Sync): boolean {
  const live = world.rules.heldDigests(describe(stack, repository.name))
  for (const bare of world.rules.tagsToRestore(live, repository.images, world.now)) {
    const there = repository.images.find((each) => each.digest === bare.digest)
    if (there !== undefined)
      repository.images = putImage(repository.images, { ...there, tags: [bare.tag] })
  }
  const images = new Map([...built].map(([logicalId, digest]) => [digest, logicalId]))
  return [...images].every(([digest, logicalId]) => {
    const there = world.rules.pullable(repository.images).find((each) => each.digest === digest)
    if (there === undefined) return false
    const image = wanted.images.get(logicalId)?.packages.image ?? ''
    const name = world.rules.syncTag(stack.name, image, digest, tick(world))
    repository.images = putImage(repository.images, { ...there, tags: [name] })
    return true
  })
}

/** A function a step; Lambda takes no image that is gone, and only from who has seen what it runs. */
function update(world: World, sync: Sync): void {
  const { stack, repository, built, seen } = sync
  const [next] = built
  const isOver = !canBeUpdated(stack) || stack.updates !== sync.updates
  if (next === undefined || isOver) {
    sync.step = next === undefined ? 'list' : 'done'
    return
  }
  const [logicalId, digest] = next
  sync.built = new Map([...built].slice(1))
  const before = seen.get(logicalId)
  const now = stack.lambda.get(logicalId)
  const isSeen = now?.digest === before?.digest && now?.repository === before?.repository
  const isThere = world.rules.pullable(repository.images).some((each) => each.digest === digest)
  if (!isSeen || !isThere) {
    sync.step = 'done'
    return
  }
  stack.lambda.set(logicalId, { repository: repository.name, digest })
}

function releases(world: World, { stack, repository, seen, began }: Sync): readonly string[] {
  const { rules } = world
  const held = rules.heldDigests(describe(stack, repository.name)).held
  return rules.tagsToRelease({
    stack: stack.name,
    images: repository.images,
    held,
    before: { ran: new Set([...seen.values()].map(({ digest }) => digest)), at: began },
    now: tick(world),
  })
}
