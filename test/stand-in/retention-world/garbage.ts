import type { GarbageVerdict } from '../../../plugin/core/retention/plan-garbage.ts'
import { deleteDigest, deleteTag } from '../aws/ecr-model/index.ts'
import { keep } from './rules.ts'
import { readStacks, type World } from './world.ts'

function remove(world: World, plan: readonly GarbageVerdict[]): void {
  for (const { image, removes, goes } of plan) {
    if (goes && world.rules.deleteBy === 'digest')
      world.images = deleteDigest(world.images, image.digest)
    else for (const tag of removes) world.images = deleteTag(world.images, tag)
  }
}

/** Stacks first, then images, then the deletions; anything may happen in between. */
export function advanceGarbage(world: World): void {
  const { gc, images, now } = world
  if (gc === undefined) world.gc = { stacks: readStacks(world), at: now }
  else if (gc.plan === undefined)
    gc.plan = world.rules.planGarbage({ images, stacks: gc.stacks, now, keep })
  else {
    remove(world, gc.plan)
    delete world.gc
  }
}

export function collectGarbage(world: World, stack?: string): void {
  const { images, now } = world
  const input = { images, stacks: readStacks(world), now, keep }
  remove(world, world.rules.planGarbage(stack === undefined ? input : { ...input, stack }))
}
