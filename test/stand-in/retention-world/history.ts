import fc from 'fast-check'

import type { StoredImage } from '../../../plugin/core/retention/stored-image.ts'
import { advance, build, newDeploy, type Deploy, type Wanted, type WantedImage } from './deploy.ts'
import { advanceGarbage, collectGarbage } from './garbage.ts'
import { advanceRollback, newRollback, type Rollback } from './rollback.ts'
import { keep, type Rules } from './rules.ts'
import { advanceSync, isTooLate, newSync, type Sync } from './sync.ts'
import { progress, remove, submit, type Stack } from './stack.ts'
import {
  archive,
  excess,
  expire,
  isPreview,
  loss,
  newWorld,
  reconcile,
  repositoryOf,
  type RepositoryState,
  spareLayer,
  stackNames,
  type World,
} from './world.ts'

const hour = 60 * 60 * 1000
const oneDay = 24 * hour

const kinds = [
  'deploy',
  'deploy',
  'deploy',
  'deploy and fail',
  'begin deploy',
  'begin deploy',
  'step',
  'step',
  'step',
  'submit',
  'progress',
  'fail',
  'settle',
  'remove',
  'time',
  'time',
  'expire',
  'expire',
  'gc',
  'gc step',
  'teardown',
  'archive',
  'roll back',
  'roll back and fail',
  'begin rollback',
  'rollback step',
] as const

const withSyncs = [...kinds, 'sync', 'sync', 'begin sync', 'sync step', 'sync step'] as const

/** One thing that happens; what does not apply where it stands does nothing. */
type Happening = readonly [
  kind: (typeof withSyncs)[number],
  stack: number,
  content: number,
  variant: number,
]

const happening = fc.tuple(
  fc.constantFrom(...kinds),
  fc.nat(stackNames.length - 1),
  fc.nat(7),
  fc.nat(7),
)

const happeningWithSyncs = fc.tuple(
  fc.constantFrom(...withSyncs),
  fc.nat(stackNames.length - 1),
  fc.nat(7),
  fc.nat(7),
)

export interface History {
  /** How often stacks were deployed before by other means: no live tags, no policy of ours. */
  readonly legacy: readonly number[]
  /** While all stacks share one repository. */
  readonly shared: readonly Happening[]
  /** Once previews have one of their own; a deploy that began before may outlive that. */
  readonly separate: readonly Happening[]
}

export const histories: fc.Arbitrary<History> = fc.record({
  legacy: fc.array(fc.nat(7), { maxLength: 3 }),
  shared: fc.array(happening, { minLength: 1, maxLength: 40, size: 'max' }),
  separate: fc.constant([]),
})

/** Stacks run digests of the repository that they shared, when previews get one of their own. */
export const moves: fc.Arbitrary<History> = fc.record({
  legacy: fc.array(fc.nat(7), { maxLength: 5 }),
  shared: fc.array(happening, { maxLength: 20, size: 'max' }),
  separate: fc.array(happening, { minLength: 1, maxLength: 30, size: 'max' }),
})

/** Of stacks that this plugin has deployed from the first day, with syncs whole, in steps and killed. */
export const syncs: fc.Arbitrary<History> = fc.record({
  legacy: fc.constant([]),
  shared: fc.array(happeningWithSyncs, { minLength: 1, maxLength: 40, size: 'max' }),
  separate: fc.constant([]),
})

const times = [1, 3, 11, 26, 26, 50, 50, 80]

/** What the second function has: the first one's image in another version, others that share packages with it, or the same. */
const seconds = [
  { image: 'lancedb', architecture: 'arm64', bump: 1 },
  { image: 'pictures', architecture: 'arm64', bump: 0 },
  { image: 'lancedb', architecture: 'arm64', bump: 0 },
  { image: 'lancedb', architecture: 'x86_64', bump: 0 },
] as const

function wantedOf(content: number, variant: number): Wanted {
  const imageOf = ({ image, architecture, bump }: (typeof seconds)[number]): WantedImage => {
    const version = (content + bump) % 8
    return { packages: { image, architecture, version }, content: version % 3 }
  }
  const images = new Map([['ApiLambda', imageOf(seconds[2])]])
  const other = variant % 2 === 1 ? seconds[(variant - 1) / 2] : undefined
  if (other !== undefined) images.set('CompactLambda', imageOf(other))
  return { images, restless: variant % 3 === 2, inReview: variant === 6 }
}

/** From the tag to the update lies no more than a day: the one promise that the rules build on. */
function pass(world: World, duration: number): void {
  world.now += duration
  world.deploys = world.deploys.filter(({ taggedAt }) => world.now - taggedAt < oneDay)
  world.rollbacks = world.rollbacks.filter(({ taggedAt }) => world.now - taggedAt < oneDay)
  world.syncs = world.syncs.filter((sync) => !isTooLate(sync, world.now))
  for (const repository of world.repositories) {
    const { gc } = repository
    if (gc !== undefined && gc.plan === undefined && world.now - gc.at >= oneDay)
      delete repository.gc
  }
}

/** At most so many steps, and none once it stands where it is to stop. */
function go(world: World, deploy: Deploy, steps: number, until = /done/): void {
  for (let step = 0; step < steps && !until.test(deploy.step); step++) advance(world, deploy)
}

function goBack(world: World, rollback: Rollback, steps: number): void {
  for (let step = 0; step < steps; step++) advanceRollback(world, rollback)
}

function goSync(world: World, sync: Sync, steps: number): void {
  for (let step = 0; step < steps; step++) advanceSync(world, sync)
}

function happen(world: World, [kind, index, content, variant]: Happening): void {
  const stack = world.stacks[index]
  if (stack === undefined) return
  const deploys = world.deploys
  const repository = repositoryOf(world, world.separate && variant % 2 === 1 ? 'previews' : 'app')
  const deploy = deploys[content % Math.max(deploys.length, 1)]
  switch (kind) {
    case 'deploy':
    case 'deploy and fail':
      go(world, newDeploy(world, stack, wantedOf(content, variant)), 20)
      progress(stack, kind === 'deploy and fail')
      if (variant < 6) progress(stack, false)
      break
    case 'roll back':
    case 'roll back and fail':
      goBack(world, newRollback(stack, variant % 3 === 0 ? content : undefined), 3)
      progress(stack, kind === 'roll back and fail')
      if (variant < 6) progress(stack, false)
      break
    case 'begin rollback':
      world.rollbacks.push(newRollback(stack, variant % 3 === 0 ? content : undefined))
      break
    case 'rollback step': {
      const rollback = world.rollbacks[content % Math.max(world.rollbacks.length, 1)]
      if (rollback !== undefined) goBack(world, rollback, 1 + (variant % 3))
      break
    }
    case 'sync': {
      const sync = newSync(world, stack, wantedOf(content, variant))
      goSync(world, sync, 9)
      break
    }
    case 'begin sync':
      world.syncs.push(newSync(world, stack, wantedOf(content, variant)))
      break
    case 'sync step': {
      const sync = world.syncs[content % Math.max(world.syncs.length, 1)]
      if (sync !== undefined) goSync(world, sync, 1 + (variant % 4))
      break
    }
    case 'begin deploy':
      deploys.push(newDeploy(world, stack, wantedOf(content, variant)))
      break
    case 'step':
      if (deploy !== undefined) go(world, deploy, 1 + (variant % 4))
      break
    case 'submit':
      if (deploy !== undefined) go(world, deploy, 20, /after|done/)
      break
    case 'progress':
    case 'fail':
      progress(stack, kind === 'fail')
      break
    case 'settle':
      for (let steps = 0; steps < 4; steps++) progress(stack, false)
      break
    case 'remove':
      remove(stack)
      progress(stack, variant === 7)
      break
    case 'time':
      pass(world, (times[variant] ?? 1) * hour)
      break
    case 'expire':
      expire(world)
      break
    case 'gc':
      collectGarbage(world, repository)
      break
    case 'gc step':
      advanceGarbage(world, repository)
      break
    case 'archive':
      archive(world, repository, variant % 4 < 2 ? 'there' : 'back')
      break
    case 'teardown':
      // Naming a stack says that no deploy of it is under way.
      if (deploys.every((each) => each.stack !== stack || each.step === 'done'))
        collectGarbage(world, newDeploy(world, stack, wantedOf(0, 0)).repository, stack.name)
  }
  world.deploys = world.deploys.filter(({ step }) => step !== 'done')
  world.rollbacks = world.rollbacks.filter(({ step }) => step !== 'done')
  world.syncs = world.syncs.filter(({ step }) => step !== 'done')
}

/** Pushed and deployed by a tool that knows nothing of live tags. */
function deployLegacy(world: World, index: number, content: number): void {
  const stack = world.stacks[index]
  if (stack === undefined) return
  const repository = repositoryOf(world, 'app')
  const built = build(world, repository, wantedOf(content, index)) ?? []
  const target = [...built].map(
    ([id, runs]) => [id, { repository: repository.name, runs }] as const,
  )
  submit(stack, new Map(target), false)
  progress(stack, false)
  world.now += hour
}

/** CloudFormation comes to an end, and what hangs in a failure is deleted. */
function settle(stack: Stack): void {
  for (let steps = 0; steps < 4; steps++) progress(stack, false)
  if (!stack.status.endsWith('_FAILED')) return
  remove(stack)
  progress(stack, false)
}

/**
 * All deploys are over, days pass, each stack that is there begins one more, and the policy has run: the newest
 * `keep` of layers and of all images are left beside what is held; after gc the layers only.
 */
function rest(world: World): string | undefined {
  pass(world, 4 * oneDay)
  for (const stack of world.stacks) settle(stack)
  for (const repository of world.repositories) reconcile(world, repository)
  for (const stack of world.stacks) {
    if (stack.status === 'NONE') continue
    const deploy = newDeploy(world, stack, wantedOf(0, 0))
    advance(world, deploy)
    advance(world, deploy)
  }
  expire(world)
  // Of stacks that are gone, and of previews in the repository that was theirs.
  const forGc = (stack: Stack, { name }: RepositoryState): boolean =>
    stack.status === 'NONE' || (world.separate && isPreview(stack) && name === 'app')
  // No rule takes what is archived.
  const isArchived = ({ status }: StoredImage): boolean => status !== undefined
  const crowd = loss(world) ?? excess(world, 2 * keep, forGc, isArchived)
  if (crowd !== undefined) return `before gc: ${crowd}`
  for (const repository of world.repositories) collectGarbage(world, repository)
  const left = loss(world) ?? spareLayer(world, keep) ?? excess(world, keep)
  return left === undefined ? undefined : `after gc: ${left}`
}

/** Lives through a history; says what went wrong, and after which of its happenings. */
export function live(rules: Rules, { legacy, shared, separate }: History): string | undefined {
  const world = newWorld(rules, legacy.length > 0)
  for (const [index, content] of legacy.entries()) deployLegacy(world, index, content)
  const all = [...shared, ...separate]
  for (const [index, each] of all.entries()) {
    if (index === shared.length) world.separate = true
    happen(world, each)
    const lost = loss(world)
    if (lost !== undefined) return `${lost} after ${index + 1} of ${all.length}: ${each.join(' ')}`
  }
  return rest(world)
}
