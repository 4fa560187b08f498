import {
  heldDigests,
  previousOf,
  type StackImages,
} from '../../../plugin/core/retention/stack-images.ts'
import type { TagOfImage } from '../../../plugin/core/retention/stored-image.ts'
import { digestOf, type Digest } from '../../../plugin/oci/digest.ts'
import { deleteTag, putImage } from '../aws/ecr-model/index.ts'
import { describe, submit, type Stack, type Template } from './stack.ts'
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

function push({ now }: World, repository: RepositoryState, tag: string, bytes: string): Digest {
  const found = repository.images.find(({ tags }) => tags.includes(tag))
  if (found !== undefined) return found.digest
  const digest = digestOfText(bytes)
  const image = { digest, tags: [tag], pushedAt: now, size: 1 }
  repository.images = putImage(repository.images, image)
  return digest
}

export function build(
  world: World,
  repository: RepositoryState,
  { contents, dependencies, restless }: Wanted,
): Map<string, Digest> {
  push(
    world,
    repository,
    contentTag(`deps-${imageName}`, dependencies),
    `dependencies ${dependencies}`,
  )
  return new Map(
    [...contents].map(([logicalId, content]) => {
      const bytes = restless ? `${content} ${world.builds++}` : String(content)
      return [logicalId, push(world, repository, contentTag(imageName, content), bytes)]
    }),
  )
}

function plan({ repository, live, built }: Deploy): Template {
  const present = new Set(repository.images.map(({ digest }) => digest))
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
  for (const { digest, tag: name } of tagsBeforeUse(stack.name, uses, repository.images, now)) {
    const image = repository.images.find((each) => each.digest === digest)
    if (image === undefined) return false
    repository.images = putImage(repository.images, { ...image, tags: [name] })
  }
  const present = new Set(repository.images.map(({ digest }) => digest))
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
      deploy.live = rules.heldDigests(describe(deploy.stack, repository.name))
      if (rules.pruneAt === 'start')
        deploy.prune = rules.tagsToPrune(deploy.live, repository.images, now)
      deploy.step = 'prune'
      return
    case 'prune':
      removeTags(repository, deploy.prune)
      deploy.step = 'build'
      return
    case 'build':
      deploy.built = build(world, repository, deploy.wanted)
      deploy.target = plan(deploy)
      deploy.step = 'tag'
      return
    case 'tag':
      deploy.taggedAt = now
      if (rules.tagAt === 'before update' && !tag(world, deploy) && rules.rebuild)
        deploy.step = 'build'
      else deploy.step = 'submit'
      return
    case 'submit':
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

/** What must not be done: by what the deploy meant to put in place, whatever became of it. */
function pruneAtEnd({ rules, now }: World, { stack, repository, target, live }: Deploy): void {
  const held = [...target.values()].flatMap(({ runs, previous }) => [runs, previous ?? runs])
  const meant: StackImages = { ...live, stack: stack.name, kind: 'settled', held: new Set(held) }
  removeTags(repository, rules.tagsToPrune(meant, repository.images, now))
}
