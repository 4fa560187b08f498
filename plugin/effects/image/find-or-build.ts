import { setTimeout as sleep } from 'node:timers/promises'

import type { ImageOutcome, ImageReport, PartReport } from '../../core/report/image-report.ts'
import { allOf } from '../../core/basics/all-of.ts'
import { archivedTag } from '../../core/retention/archived-images.ts'
import type { StoredImage } from '../../core/retention/stored-image.ts'
import { ContainerImageError, isCaused } from '../../errors.ts'
import type { PlannedImage } from '../../core/model.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatPinned } from '../../oci/reference.ts'
import type { PublishedImage, TaggedImage } from '../../ports/image-stages.ts'
import type { Repository, ServedManifest } from '../../ports/repository.ts'
import { mediaTypeOf } from '../../oci/manifest.ts'
import { openDigestCache } from '../cache/digest-cache.ts'
import { readConfig } from '../cache/read-by-digest.ts'
import type { BuildInput, ImageBuilder } from '../../ports/image-builder.ts'
import { unlessLost } from '../../core/basics/unless-lost.ts'
import { partsOf } from './served-image.ts'

export interface FindOrBuildOptions {
  /** The app's repository; makes it when it is missing. */
  readonly repository: () => Promise<Repository>
  /** Makes what is not there. */
  readonly builder: ImageBuilder
  readonly cacheDirectory: string
  /** `asked`: what the repository has may lack parts, so that it is made in any case. */
  readonly presence?: BuildInput['presence']
  /** When the work on the images began, by `performance.now()`; absent: with each image's own. */
  readonly began?: () => number
  /** Digests by tag, as the repository listed them when the deploy began. */
  readonly listed?: () => Promise<ReadonlyMap<string, Digest>>
  /** The repository's name, and its images that nothing can pull, by tag. */
  readonly archived?: {
    readonly name: string
    readonly images: () => Promise<ReadonlyMap<string, StoredImage>>
  }
}

/** What a build adds to the manifest that the registry then serves. */
interface Found {
  readonly served: ServedManifest
  readonly outcome: ImageOutcome
  readonly parts: readonly PartReport[]
  readonly notes: readonly string[]
}

/** An image under its tag: the one that is there, else a new one, else what another deploy pushed. */
export function createFindOrBuild(options: FindOrBuildOptions) {
  const find = createFind(options)
  return async (tagged: TaggedImage): Promise<PublishedImage> => {
    const began = options.began?.() ?? performance.now()
    const repository = await options.repository()
    const there =
      options.presence === 'asked'
        ? undefined
        : await find(repository, tagged.tag, tagged.image.definition)
    if (there === undefined) await requireFreeTag(tagged, options.archived)
    const found =
      there === undefined
        ? await build(tagged, repository, options, find)
        : { served: there, outcome: 'found' as const, parts: [], notes: [] }
    const { name, architecture } = tagged.image
    const { served, outcome, notes } = found
    const parts =
      found.parts.length > 0 ? found.parts : await knownParts(repository, served, options)
    const milliseconds = performance.now() - began
    const report: ImageReport = { name, architecture, outcome, parts, milliseconds }
    const imageUri = formatPinned(repository.uri, served.digest)
    return { ...tagged, imageUri, pushed: { served, report }, notes }
  }
}

/** None of an image that has lost its config: whoever verifies it sees that, too. */
async function knownParts(...asked: Parameters<typeof partsOf>): ReturnType<typeof partsOf> {
  return (await partsOf(...asked).catch(unlessLost)) ?? []
}

/**
 * The embedded builder makes the same bytes again, and pushing them brings the image back. Docker
 * makes others, which cannot have the tag.
 * @throws ContainerImageError IMAGE_ARCHIVED before anything is built
 */
async function requireFreeTag(
  { image, tag }: TaggedImage,
  archived: FindOrBuildOptions['archived'],
): Promise<void> {
  if (image.definition.kind === 'package' || archived === undefined) return
  const found = (await archived.images()).get(tag)
  if (found !== undefined) throw archivedTag(archived.name, tag, found)
}

/** @param definition of an image that is about to be looked for; absent: it was made just now */
type Find = (
  repository: Repository,
  tag: string,
  definition?: PlannedImage['definition'],
) => Promise<ServedManifest | undefined>

/**
 * A manifest that the listing names and this machine knows by its digest costs no request, nor does
 * one of a package that the listing does not name: should it have come since, the registry refuses
 * the tag, which is cheaper than to ask each time. Docker would have built for minutes by then.
 * A tag is taken from the listing once: who asks again has found that it was no longer true.
 */
function createFind({ cacheDirectory, listed }: FindOrBuildOptions): Find {
  const cache = openDigestCache(cacheDirectory)
  const taken = new Set<string>()
  return async (repository, tag, definition) => {
    const known = taken.has(tag) ? undefined : await listed?.()
    taken.add(tag)
    const digest = known?.get(tag)
    if (known !== undefined && digest === undefined && definition?.kind === 'package')
      return undefined
    const bytes = digest === undefined ? undefined : await cache.read(digest)
    if (digest !== undefined && bytes !== undefined)
      return { digest, bytes, mediaType: mediaTypeOf(bytes) }
    const served = await repository.getManifest(tag)
    if (served !== undefined) await cache.write(served.digest, served.bytes)
    return served
  }
}

async function build(
  tagged: TaggedImage,
  repository: Repository,
  { builder, cacheDirectory, listed, presence }: FindOrBuildOptions,
  find: Find,
): Promise<Found> {
  const { image, bundle, tag } = tagged
  try {
    const wasEmpty = (await listed?.())?.size === 0
    const built = await builder.publish({
      image,
      bundle,
      repository,
      tag,
      ...((wasEmpty || presence) && { presence: 'asked' }),
    })
    // Whoever verifies the image finds its config in the cache, or says what is wrong with it.
    const { digest, config } = built
    const read = async () => config && readConfig(repository, { config }, { cacheDirectory })
    const [served] = await allOf([
      servedUnder(tag, repository, find),
      read().catch(() => undefined),
    ])
    if (served.digest !== digest) return adopted(served)
    return { served, outcome: built.outcome, parts: built.parts, notes: built.notes }
  } catch (error) {
    if (!isCaused(error, 'TAG_TAKEN')) throw error
    return adopted(await servedUnder(tag, repository, find))
  }
}

function adopted(served: ServedManifest): Found {
  return { served, outcome: 'adopted', parts: [], notes: [] }
}

/** Milliseconds: a registry may not know at once what it has just taken. */
const patience = [500, 1000, 2000]

/** Asked anew: what counts is what the registry serves, not what was sent. */
async function servedUnder(
  tag: string,
  repository: Repository,
  find: Find,
): Promise<ServedManifest> {
  const served = await find(repository, tag)
  if (served !== undefined) return served
  // What docker pushed our own client knows nothing of, and does not ask for again by itself.
  for (const wait of patience) {
    await sleep(wait)
    const late = await find(repository, tag)
    if (late !== undefined) return late
  }
  throw new ContainerImageError(
    'IMAGE_VANISHED',
    `${repository.uri}:${tag} was pushed and is not there any more. Look for a clean-up that ` +
      'deletes images from this repository, then deploy again.',
  )
}
