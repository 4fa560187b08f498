import {
  heldDigests,
  previousOf,
  type StackImages,
} from '../../../plugin/core/retention/stack-images.ts'
import type { TagOfImage } from '../../../plugin/core/retention/stored-image.ts'
import { digestOf, type Digest } from '../../../plugin/oci/digest.ts'
import { deleteTag, putImage } from '../aws/ecr-model/index.ts'
import { canBeUpdated, describe, mend, submit, type Stack, type Template } from './stack.ts'
import { isPreview, reconcile, repositoryOf, type RepositoryState, type World } from './world.ts'

/** What one deploy is to put in place. */
export interface Wanted {
  /** Content by function. */
  readonly contents: ReadonlyMap<string, number>
  readonly dependencies: number
  /** The builder never makes the same bytes twice. */
  readonly restless: boolean
  readonly inReview: boolean
}

/** A deploy on its way; it can stop for ever after each step. */
export interface Deploy {
  readonly stack: Stack
  readonly repository: RepositoryState
  readonly wanted: Wanted
  step: 'read' | 'prune' | 'build' | 'tag' | 'submit' | 'after' | 'done'
  live: StackImages
  prune: readonly TagOfImage[]
  built: ReadonlyMap<string, Digest>
  target: Template
  taggedAt: number
}

const imageName = 'lancedb'

const digests = new Map<string, Digest>()

/** Ten thousand histories push the same few contents. */
function digestOfText(text: string): Digest {
  const digest = digests.get(text) ?? digestOf(text)
  digests.set(text, digest)
  return digest
}

function contentTag(kind: string, content: number): string {
  return `${kind}-arm64-${digestOfText(`${kind} ${content}`).slice(7, 39)}`
}

/** Nothing read yet. */
const unread: StackImages = heldDigests({
  name: '',
  status: 'DELETE_COMPLETE',
  template: undefined,
  functions: [],
})

export function newDeploy(world: World, stack: Stack, wanted: Wanted): Deploy {
  const target = new Map()
  const separate = world.separate && isPreview(stack)
  const common = {
    stack,
    repository: repositoryOf(world, separate ? 'previews' : 'app'),
    wanted,
    live: unread,
    target,
    prune: [],
    built: new Map(),
    taggedAt: Infinity,
  }
  return { ...common, step: 'read' }
}

/** Nothing when the tag is that of an archived image, and these bytes are not it. */
function push(
  { now, rules }: World,
  repository: RepositoryState,
  tag: string,
  bytes: string,
): Digest | undefined {
  const found = rules.pullable(repository.images).find(({ tags }) => tags.includes(tag))
  if (found !== undefined) return found.digest
  const digest = digestOfText(bytes)
  const taken = repository.images.find(({ tags }) => tags.includes(tag))
  if (taken !== undefined && taken.digest !== digest) return undefined
  const image = { digest, tags: [tag], pushedAt: now, size: 1 }
  repository.images = putImage(repository.images, image)
  return digest
}

export function build(
  world: World,
  repository: RepositoryState,
  { contents, dependencies, restless }: Wanted,
): Map<string, Digest> | undefined {
  push(
    world,
    repository,
    contentTag(`deps-${imageName}`, dependencies),
    `dependencies ${dependencies}`,
  )
  const built = new Map<string, Digest>()
  for (const [logicalId, content] of contents) {
    const bytes = restless ? `${content} ${world.builds++}` : String(content)
    const digest = push(world, repository, contentTag(imageName, content), bytes)
    if (digest === undefined) return undefined
    built.set(logicalId, digest)
  }
  return built
}

function plan({ rules }: World, { repository, live, built }: Deploy): Template {
  const present = new Set(rules.pullable(repository.images).map(({ digest }) => digest))
  return new Map(
    [...built].map(([logicalId, runs]) => {
      const previous = previousOf(live.functions.get(logicalId), runs)
      const known = previous !== undefined && present.has(previous)
      const { name } = repository
      return [logicalId, { repository: name, runs, ...(known && { previous }) }]
    }),
  )
}

/** False when an image is not there any more. */
function tag({ rules, now }: World, { stack, repository, target }: Deploy): boolean {
  const { tagsBeforeUse, tagPrevious } = rules
  const digests = [...target.values()].flatMap(({ runs, previous }) =>
    previous === undefined || !tagPrevious ? [runs] : [runs, previous],
  )
  const uses = digests.map((digest) => ({ image: imageName, digest }))
  const there = rules.pullable(repository.images)
  for (const { digest, tag: name } of tagsBeforeUse(stack.name, uses, there, now)) {
    const image = there.find((each) => each.digest === digest)
    if (image === undefined) return false
    repository.images = putImage(repository.images, { ...image, tags: [name] })
  }
  const present = new Set(there.map(({ digest }) => digest))
  return digests.every((digest) => present.has(digest))
}

function removeTags(repository: RepositoryState, tags: readonly TagOfImage[]): void {
  for (const { tag: name } of tags) repository.images = deleteTag(repository.images, name)
}

/** One step further; everything else may happen before the next. */
export function advance(world: World, deploy: Deploy): void {
  const { rules, now } = world
  const { repository } = deploy
  switch (deploy.step) {
    case 'read':
      reconcile(world, repository)
      readStack(world, deploy)
      deploy.step = 'prune'
      return
    case 'prune':
      removeTags(repository, deploy.prune)
      deploy.step = 'build'
      return
    case 'build':
      buildAndPlan(world, deploy)
      return
    case 'tag':
      deploy.taggedAt = now
      if (rules.tagAt === 'before update' && !tag(world, deploy) && rules.rebuild)
        deploy.step = 'build'
      else deploy.step = 'submit'
      return
    case 'submit':
      if (rules.mends && canBeUpdated(deploy.stack)) mend(deploy.stack, deploy.target)
      deploy.step = submit(deploy.stack, deploy.target, deploy.wanted.inReview) ? 'after' : 'done'
      return
    case 'after':
      if (rules.tagAt === 'after update') tag(world, deploy)
      if (rules.pruneAt === 'end') pruneAtEnd(world, deploy)
      deploy.step = 'done'
      return
    default:
  }
}

/** What the template names is what it goes back to; what Lambda runs is held from being pruned. */
function readStack({ rules, now }: World, deploy: Deploy): void {
  const { stack, repository } = deploy
  const described = describe(stack, repository.name)
  deploy.live = rules.heldDigests({ ...described, functions: [] })
  if (rules.pruneAt === 'start')
    deploy.prune = rules.tagsToPrune(rules.heldDigests(described), repository.images, now)
}

/** A deploy whose tag an archived image has ends here, before anything was changed. */
function buildAndPlan(world: World, deploy: Deploy): void {
  const built = build(world, deploy.repository, deploy.wanted)
  if (built === undefined) {
    deploy.step = 'done'
    return
  }
  deploy.built = built
  deploy.target = plan(world, deploy)
  deploy.step = 'tag'
}

/** What must not be done: by what the deploy meant to put in place, whatever became of it. */
function pruneAtEnd({ rules, now }: World, { stack, repository, target, live }: Deploy): void {
  const held = [...target.values()].flatMap(({ runs, previous }) => [runs, previous ?? runs])
  const meant: StackImages = { ...live, stack: stack.name, kind: 'settled', held: new Set(held) }
  removeTags(repository, rules.tagsToPrune(meant, repository.images, now))
}
