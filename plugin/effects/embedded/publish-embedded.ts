import { formatBytes } from '../../core/basics/format-bytes.ts'
import type { DependencyRecord } from '../../core/dependencies/dependency-record.ts'
import { assembleEmbedded } from '../../core/image/assemble-embedded.ts'
import { hasSnapStart } from '../../core/image/snap-start.ts'
import { checkUncompressedSize } from '../../core/image/uncompressed-limit.ts'
import type { PlannedImage } from '../../core/model.ts'
import { type PartReport } from '../../core/report/image-report.ts'
import { isCaused } from '../../errors.ts'
import type { Digest } from '../../oci/digest.ts'
import type { Repository } from '../../ports/repository.ts'
import { checkBaseLayers } from '../base/check-base-layers.ts'
import { pruneCache } from '../cache/prune-cache.ts'
import { rememberApp } from './provide-app.ts'
import { type ProvidedParts, provideParts } from './provide-parts.ts'
import { lambdaLayersOf, totalUncompressed } from './lambda-layers.ts'
import { putTagged } from './put-tagged.ts'
import { putDocument } from './uploads.ts'
import type { EmbeddedInput } from './embedded-input.ts'

/** An image that the repository has under its tag. */
export interface EmbeddedImage {
  readonly digest: Digest
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
  const parts = await provideParts(input, 'trust')
  const published = await push(input, parts).catch(async (error: unknown) => {
    const mayBeMissing = parts.trusted.length > 0 && !isCaused(error, 'TAG_TAKEN')
    if (!mayBeMissing || (await hasAll(input.repository, parts.trusted))) throw error
    return await push(input, addSent(await provideParts(input, 'ask'), parts))
  })
  await rememberApp(input, parts.app)
  await pruneCache(input.cacheDirectory)
  return published
}

async function push(input: EmbeddedInput, parts: ProvidedParts): Promise<EmbeddedImage> {
  const { image, base, bundle, repository, progress, tag } = input
  const { dependencies, app } = parts
  const uncompressedSize = uncompressedSizeOf(image, parts)
  const { config, manifest } = assembleEmbedded({
    image: image.name,
    base: { ...base, manifest: parts.base.manifest, config: parts.base.config },
    ...lambdaLayersOf(image, parts.lambdaLayers),
    ...(dependencies !== undefined && { dependencies }),
    app: app.layers,
    bundle: bundle.digest,
    snapStart: hasSnapStart(image),
    uncompressedSize,
  })
  await putDocument(repository, config)
  progress({ image: image.name, step: 'manifest', state: 'start', detail: tag })
  const digest = await putTagged(repository, manifest, tag)
  progress({ image: image.name, step: 'manifest', state: 'done', detail: tag })
  return {
    digest,
    parts: parts.reports,
    uncompressedSize,
    ...(dependencies !== undefined && { dependencies: dependencies.record }),
    notes: dependencies?.notes ?? [],
  }
}

async function hasAll(repository: Repository, digests: readonly Digest[]): Promise<boolean> {
  const there = await Promise.all(digests.map((digest) => repository.hasBlob(digest)))
  return there.every(Boolean)
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

function uncompressedSizeOf(image: PlannedImage, parts: ProvidedParts): number {
  const sizes = {
    base: parts.base.uncompressedSize,
    ...(parts.lambdaLayers.length > 0 && { layers: totalUncompressed(parts.lambdaLayers) }),
    dependencies: totalUncompressed(parts.dependencies?.layers ?? []),
    app: totalUncompressed(parts.app.layers),
  }
  const size = Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0)
  const each = Object.entries(sizes).map(([part, bytes]) => `${part} ${formatBytes(bytes)}`)
  checkUncompressedSize(image, `Image '${image.name}'`, size, ` (${each.join(', ')})`)
  return size
}
