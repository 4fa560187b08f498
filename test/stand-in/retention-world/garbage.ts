import type { GarbageVerdict } from '../../../plugin/core/retention/plan-garbage.ts'
import { deleteDigest, deleteTag } from '../aws/ecr-model/index.ts'
import { keep } from './rules.ts'
import { readStacks, type RepositoryState, type World } from './world.ts'

function remove(world: World, repository: RepositoryState, plan: readonly GarbageVerdict[]): void {
  for (const { image, removes, goes } of plan) {
    if (goes && world.rules.deleteBy === 'digest')
      repository.images = deleteDigest(repository.images, image.digest)
    else for (const tag of removes) repository.images = deleteTag(repository.images, tag)
  }
}

/** Stacks first, then images, then the deletions; anything may happen in between. */
export function advanceGarbage(world: World, repository: RepositoryState): void {
  const { rules, now } = world
  const { gc, images } = repository
  if (gc === undefined) repository.gc = { stacks: readStacks(world, repository), at: now }
  else if (gc.plan === undefined)
    gc.plan = rules.planGarbage({ images, stacks: gc.stacks, now, keep })
  else {
    remove(world, repository, gc.plan)
    delete repository.gc
  }
}

export function collectGarbage(world: World, repository: RepositoryState, stack?: string): void {
  const { images } = repository
  const input = { images, stacks: readStacks(world, repository), now: world.now, keep }
  const named = stack === undefined ? input : { ...input, stack }
  remove(world, repository, world.rules.planGarbage(named))
}
