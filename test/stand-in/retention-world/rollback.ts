import type { RollbackMove } from '../../../plugin/core/retention/plan-rollback.ts'
import { parseFunctions } from '../../../plugin/core/template/live-functions.ts'
import type { Digest } from '../../../plugin/oci/digest.ts'
import { putImage } from '../aws/ecr-model/index.ts'
import { canBeUpdated, describe, submit, type Stack, type Template } from './stack.ts'
import type { RepositoryState, World } from './world.ts'

/** A rollback on its way; it can stop for ever after each step. */
export interface Rollback {
  readonly stack: Stack
  /** One of the images that there are, instead of what ran before. */
  readonly to: number | undefined
  step: 'read' | 'hold' | 'submit' | 'done'
  deployed: Template
  moves: readonly RollbackMove[]
  /** How often the stack had been updated when it was read. */
  updates: number
  taggedAt: number
}

export function newRollback(stack: Stack, to?: number): Rollback {
  const deployed: Template = new Map()
  return { stack, to, step: 'read', deployed, moves: [], updates: 0, taggedAt: Infinity }
}

function read({ rules, repositories }: World, rollback: Rollback): boolean {
  const { stack, to } = rollback
  if (!canBeUpdated(stack)) return false
  rollback.updates = stack.updates
  rollback.deployed = stack.deployed
  const functions = parseFunctions(describe(stack, 'app').template) ?? []
  const images = repositories.flatMap((each) => each.images)
  const wanted = to === undefined ? undefined : images[to % Math.max(images.length, 1)]?.digest
  const plan = rules.planRollback({
    functions,
    images: new Map(repositories.map((each) => [each.name, each.images])),
    ...(wanted !== undefined && { to: wanted }),
  })
  rollback.moves = plan.moves
  return plan.refused.length === 0 && plan.moves.length > 0
}

function hold(world: World, { stack, moves }: Rollback): boolean {
  return moves.every(({ repository: name, image, from, to }) => {
    const repository = world.repositories.find((each) => each.name === name)
    if (repository === undefined) return false
    const { rollbackHolds } = world.rules
    if (rollbackHolds === 'both') tag(world, repository, stack, image, from)
    return rollbackHolds === 'nothing' || tag(world, repository, stack, image, to)
  })
}

function tag(
  { rules, now }: World,
  repository: RepositoryState,
  { name }: Stack,
  image: string,
  digest: Digest,
): boolean {
  const there = rules.pullable(repository.images).find((each) => each.digest === digest)
  if (there === undefined) return false
  for (const each of rules.tagsBeforeUse(name, [{ image, digest }], [there], now))
    repository.images = putImage(repository.images, { ...there, tags: [each.tag] })
  return true
}

function rolledBack({ rules }: World, { deployed, moves }: Rollback): Template {
  const changed = new Map(moves.map((move) => [move.logicalId, move]))
  return new Map(
    [...deployed].map(([logicalId, state]) => {
      const move = changed.get(logicalId)
      if (move === undefined) return [logicalId, state]
      const { repository } = state
      const way = rules.rollbackNames ? { previous: move.from } : {}
      // What the way forward needs, whatever the template says of it.
      return [logicalId, { repository, runs: move.to, before: move.from, ...way }]
    }),
  )
}

/** One step further; everything else may happen before the next. */
export function advanceRollback(world: World, rollback: Rollback): void {
  const { stack } = rollback
  switch (rollback.step) {
    case 'read':
      rollback.step = read(world, rollback) ? 'hold' : 'done'
      return
    case 'hold': {
      const unchanged = canBeUpdated(stack) && stack.updates === rollback.updates
      rollback.taggedAt = world.now
      rollback.step = unchanged && hold(world, rollback) ? 'submit' : 'done'
      return
    }
    case 'submit':
      submit(stack, rolledBack(world, rollback), false)
      rollback.step = 'done'
      return
    default:
  }
}
