import type { DependencyRecord } from '../../core/dependencies/dependency-record.ts'
import type { PartReport } from '../../core/report/image-report.ts'
import { isCaused } from '../../errors.ts'
import type { Descriptor } from '../../oci/descriptor.ts'
import type { Digest } from '../../oci/digest.ts'
import { checkBaseLayers } from '../base/check-base-layers.ts'
import { pruneCache } from '../cache/prune-cache.ts'
import { hasAllBlobs } from '../layer/has-all-blobs.ts'
import { rememberApp } from './provide-app.ts'
import { type ProvidedParts, provideParts } from './provide-parts.ts'
import { putTagged } from './put-tagged.ts'
import type { EmbeddedInput } from './embedded-input.ts'

/** An image that the repository has under its tag. */
export interface EmbeddedImage {
  readonly digest: Digest
  readonly config: Descriptor
  /** Base, dependencies (where there are any) and app. */
  readonly parts: readonly PartReport[]
  readonly uncompressedSize: number
  readonly dependencies?: DependencyRecord
  /** What should be said to the user. */
  readonly notes: readonly string[]
}

/**
 * Makes an image of base, dependencies and bundle, and pushes it; blobs first, the tag last.
 * Presence that was concluded and not asked for may be wrong; then everything is asked for, once.
 * @throws ContainerImageError BASE_UNFIT before anything is sent; TAG_TAKEN when another deploy has
 * pushed the tag meanwhile; IMAGE_ARCHIVED when it names another image that cannot be pulled
 */
export async function publishEmbedded(input: EmbeddedInput): Promise<EmbeddedImage> {
  await checkBaseLayers(input.base, input.cacheDirectory)
  const presence = input.presence === undefined ? 'trust' : 'ask'
  const parts = await provideParts(input, presence).catch((error: unknown) => {
    // A damaged layer of the cache was made by another zlib, and is gone by then.
    if (!isCaused(error, 'LAYER_DAMAGED')) throw error
    return provideParts(input, presence)
  })
  const published = await push(input, parts).catch(async (error: unknown) => {
    const mayBeMissing = parts.trusted.length > 0 && !isCaused(error, 'TAG_TAKEN')
    if (!mayBeMissing || (await hasAllBlobs(input.repository, parts.trusted))) throw error
    return await push(input, addSent(await provideParts(input, 'ask'), parts))
  })
  await rememberApp(input, parts.app)
  await pruneCache(input.cacheDirectory)
  return published
}

async function push(input: EmbeddedInput, parts: ProvidedParts): Promise<EmbeddedImage> {
  const { image, repository, progress, tag } = input
  const { manifest, config, uncompressedSize, reports, dependencies, notes } = parts
  progress({ image: image.name, step: 'manifest', state: 'start', detail: tag })
  const digest = await putTagged(repository, manifest, tag)
  progress({ image: image.name, step: 'manifest', state: 'done', detail: tag })
  return {
    digest,
    config: config.descriptor,
    parts: reports,
    uncompressedSize,
    ...(dependencies !== undefined && { dependencies }),
    notes,
  }
}

/** What an attempt sent before it failed counts too. */
function addSent(parts: ProvidedParts, before: ProvidedParts): ProvidedParts {
  const sentBefore = (part: PartReport['part']): number =>
    before.reports.find((report) => report.part === part)?.sent ?? 0
  const reports = parts.reports.map((report) => ({
    ...report,
    sent: report.sent + sentBefore(report.part),
  }))
  return { ...parts, reports }
}
