import {
  heldDigests,
  previousOf,
  type StackImages,
} from '../../../plugin/core/retention/stack-images.ts'
import type { TagOfImage } from '../../../plugin/core/retention/stored-image.ts'
import type { Digest } from '../../../plugin/oci/digest.ts'
import { deleteTag, putImage } from '../aws/ecr-model/index.ts'
import { hasLayer, layersOf, manifestOf, packageLayers, type PackagesOf } from './layers.ts'
import { canBeUpdated, describe, mend, submit, type Stack, type Template } from './stack.ts'
import { isPreview, reconcile, repositoryOf, type RepositoryState, type World } from './world.ts'

/** An image that a function is to have. */
export interface WantedImage {
  readonly packages: PackagesOf
  /** Of the code beside them. */
  readonly content: number
}

/** What one deploy is to put in place. */
export interface Wanted {
  /** By function. */
  readonly images: ReadonlyMap<string, WantedImage>
  /** The builder never makes the same bytes twice. */
  readonly restless: boolean
  readonly inReview: boolean
}

/** A deploy on its way; it can stop for ever after each step. */
export interface Deploy {
  readonly stack: Stack
  readonly repository: RepositoryState
  readonly wanted: Wanted
  step: 'read' | 'prune' | 'find' | 'build' | 'tag' | 'submit' | 'after' | 'done'
  live: StackImages
  prune: readonly TagOfImage[]
  /** Layers that are not sent: manifests had them when it looked. */
  believed: ReadonlySet<string>
  built: ReadonlyMap<string, Digest>
  target: Template
  taggedAt: number
}

function contentTag({ packages, content }: WantedImage): string {
  const { image, architecture } = packages
  const text = `${image} ${architecture} ${packages.version} ${content}`
  return `${image}-${architecture}-${manifestOf(text, []).slice(7, 39)}`
}

function recordTag(packages: PackagesOf): string {
  return `deps-${contentTag({ packages, content: 0 })}`
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
    believed: new Set<string>(),
    built: new Map(),
    taggedAt: Infinity,
  }
  return { ...common, step: 'read' }
}

/**
 * Nothing when the tag is that of an archived image, and these bytes are not it. The registry takes
 * no manifest with a layer that it does not have: what was believed is then sent after all.
 */
function push(
  world: World,
  repository: RepositoryState,
  { tag, digest }: TagOfImage,
  believed: ReadonlySet<string>,
): Digest | undefined {
  const { now, rules } = world
  const found = rules.pullable(repository.images).find(({ tags }) => tags.includes(tag))
  if (found !== undefined) return found.digest
  const taken = repository.images.find(({ tags }) => tags.includes(tag))
  if (taken !== undefined && taken.digest !== digest) return undefined
  const lacking = layersOf(digest).find(
    (layer) => believed.has(layer) && !hasLayer(repository, layer),
  )
  if (lacking !== undefined && !rules.sendsAfterAll) {
    world.refused = `${tag} is refused, it lost layer ${lacking}`
    return undefined
  }
  repository.images = putImage(repository.images, { digest, tags: [tag], pushedAt: now, size: 1 })
  return digest
}

/** @param believed layers that are not sent; default: all are */
export function build(
  world: World,
  repository: RepositoryState,
  { images, restless }: Wanted,
  believed: ReadonlySet<string> = new Set(),
): Map<string, Digest> | undefined {
  const built = new Map<string, Digest>()
  for (const [logicalId, wanted] of images) {
    const { packages, content } = wanted
    const layers = packageLayers(packages)
    const name = recordTag(packages)
    push(world, repository, { tag: name, digest: manifestOf(name, layers) }, believed)
    const code = restless ? `code ${content} ${world.builds++}` : `code ${content}`
    const image = manifestOf(packages.image, [...layers, code])
    const digest = push(world, repository, { tag: contentTag(wanted), digest: image }, believed)
    if (digest === undefined) return undefined
    built.set(logicalId, digest)
  }
  return built
}

/**
 * Layers of packages that the images of the stack have, or that the tag of the very same packages
 * names, need not be made.
 */
function believe({ rules }: World, { repository, live, wanted }: Deploy): ReadonlySet<string> {
  const tags = new Set([...wanted.images.values()].map(({ packages }) => recordTag(packages)))
  const vouching = rules
    .pullable(repository.images)
    .filter((image) => live.held.has(image.digest) || image.tags.some((tag) => tags.has(tag)))
  const layers = vouching.flatMap(({ digest }) => layersOf(digest))
  return new Set(layers.filter((layer) => !layer.startsWith('code')))
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
function tag({ rules, now }: World, { stack, repository, target, wanted }: Deploy): boolean {
  const { tagsBeforeUse, tagPrevious } = rules
  const uses = [...target].flatMap(([logicalId, { runs, previous }]) => {
    const image = wanted.images.get(logicalId)?.packages.image ?? ''
    const digests = previous === undefined || !tagPrevious ? [runs] : [runs, previous]
    return digests.map((digest) => ({ image, digest }))
  })
  const there = rules.pullable(repository.images)
  for (const { digest, tag: name } of tagsBeforeUse(stack.name, uses, there, now)) {
    const image = there.find((each) => each.digest === digest)
    if (image === undefined) return false
    repository.images = putImage(repository.images, { ...image, tags: [name] })
  }
  const present = new Set(there.map(({ digest }) => digest))
  return uses.every(({ digest }) => present.has(digest))
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
      deploy.step = 'find'
      return
    case 'find':
      deploy.believed = believe(world, deploy)
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
  const built = build(world, deploy.repository, deploy.wanted, deploy.believed)
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
