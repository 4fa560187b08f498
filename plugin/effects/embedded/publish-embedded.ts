import type { DependencyRecord } from '../../core/dependencies/dependency-record.ts'
import { assembleEmbedded } from '../../core/image/assemble-embedded.ts'
import type { PlannedImage } from '../../core/model.ts'
import { formatBytes, type PartReport } from '../../core/report/image-report.ts'
import { maximumImageSize } from '../../core/image/verify.ts'
import { ContainerImageError, isCaused } from '../../errors.ts'
import type { Digest } from '../../oci/digest.ts'
import type { BaseImage } from '../../ports/base-image.ts'
import type { Bundle } from '../../ports/bundle.ts'
import type { Layer } from '../../ports/layer.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Repository } from '../../ports/repository.ts'
import { checkBaseLayers } from '../base/check-base-layers.ts'
import { writeLayer } from '../layer/layer-writer.ts'
import { pruneCache } from '../cache/prune-cache.ts'
import { provideBase } from './provide-base.ts'
import { once, provideDependencies } from './provide-dependencies.ts'
import { nobody, type Vouches } from './prove-dependencies.ts'
import { upload } from './uploads.ts'

export interface EmbeddedInput {
  readonly image: PlannedImage
  readonly bundle: Bundle
  readonly base: BaseImage
  readonly repository: Repository
  readonly tag: string
  readonly cacheDirectory: string
  readonly progress: Progress
  /** Blobs that manifests of this repository prove to be there, as those of the live image. */
  readonly known?: Iterable<Digest>
  /** Whether a layer of packages that only a tag names may be taken; absent: none may. */
  readonly vouches?: Vouches
}

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
 * @throws ContainerImageError BASE_UNFIT before anything is sent; TAG_TAKEN when another deploy has
 * pushed the tag meanwhile
 */
export async function publishEmbedded(input: EmbeddedInput): Promise<EmbeddedImage> {
  await checkBaseLayers(input.base, input.cacheDirectory)
  const published = await publishTrusting(input)
  await pruneCache(input.cacheDirectory)
  return published
}

/** What several attempts at one image share. */
interface Attempts {
  readonly app: Promise<{ readonly layer: Layer; readonly sent: number }>
  /** Blobs whose presence was concluded and not asked for. */
  readonly trusted: Digest[]
  /** Bytes; what an attempt sent before it failed counts too. */
  readonly sent: { base: number; dependencies: number }
}

/** Presence that was concluded and not asked for may be wrong; then everything is asked for. */
async function publishTrusting(input: EmbeddedInput): Promise<EmbeddedImage> {
  const trusted: Digest[] = []
  const attempts = { app: provideApp(input), trusted, sent: { base: 0, dependencies: 0 } }
  try {
    return await publish(input, attempts, true)
  } catch (error) {
    if (trusted.length === 0 || isCaused(error, 'TAG_TAKEN')) throw error
    const there = await Promise.all(trusted.map((digest) => input.repository.hasBlob(digest)))
    if (!there.includes(false)) throw error
    return publish(input, attempts, false)
  }
}

async function publish(
  input: EmbeddedInput,
  { app: writtenApp, trusted, sent }: Attempts,
  trust: boolean,
): Promise<EmbeddedImage> {
  const { image, base, repository, cacheDirectory, progress, tag } = input
  const shared = { repository, cacheDirectory, progress, trust }
  const parts = [
    provideBase({ ...shared, image: image.name, base, known: new Set(input.known) }),
    provideDependencies({
      ...shared,
      image,
      requires: input.bundle.requires ?? [],
      vouches: input.vouches ?? nobody,
    }),
    writtenApp,
  ] as const
  // Waits for all, so that nothing goes on in the background after a failure.
  await Promise.allSettled(parts)
  const [below, dependencies, app] = await Promise.all(parts)
  sent.base += below.sent
  sent.dependencies += dependencies?.sent ?? 0
  trusted.push(...below.trusted)
  if (dependencies?.trusted) trusted.push(dependencies.layer.descriptor.digest)
  const sizes = [
    ['base', below.uncompressedSize],
    ['dependencies', dependencies?.record.layer.uncompressedSize ?? 0],
    ['app', app.layer.uncompressedSize],
  ] as const
  const uncompressedSize = checkSize(image.name, sizes)
  const { config, manifest } = assembleEmbedded({
    image: image.name,
    base: { ...base, manifest: below.manifest, config: below.config },
    ...(dependencies !== undefined && { dependencies }),
    app: app.layer,
    bundle: input.bundle.digest,
    uncompressedSize,
  })
  await repository.putBlob(config.descriptor, () => once(config.bytes))
  progress({ image: image.name, step: 'manifest', state: 'start', detail: tag })
  const { bytes, descriptor } = manifest
  const digest = await repository.putManifest(bytes, descriptor.mediaType, tag)
  progress({ image: image.name, step: 'manifest', state: 'done', detail: tag })
  const baseSize = below.manifest.layers.reduce((sum, layer) => sum + layer.size, 0)
  return {
    digest,
    parts: [
      { part: 'base', size: baseSize, sent: sent.base },
      ...(dependencies === undefined
        ? []
        : [
            {
              part: 'dependencies' as const,
              size: dependencies.layer.descriptor.size,
              sent: sent.dependencies,
            },
          ]),
      { part: 'app', size: app.layer.descriptor.size, sent: app.sent },
    ],
    uncompressedSize,
    ...(dependencies === undefined ? {} : { dependencies: dependencies.record }),
    notes: dependencies?.notes ?? [],
  }
}

async function provideApp(input: EmbeddedInput): Promise<{ layer: Layer; sent: number }> {
  const { image, bundle, repository, cacheDirectory, progress } = input
  const layer = await writeLayer(bundle.files, { cacheDirectory })
  progress({ image: image.name, step: 'layer', state: 'done', detail: 'app' })
  const blob = { descriptor: layer.descriptor, open: () => layer.open() }
  const sent = await upload(repository, blob, { progress, image: image.name, part: 'app' })
  return { layer, sent }
}

function checkSize(image: string, parts: readonly (readonly [string, number])[]): number {
  const total = parts.reduce((sum, [, size]) => sum + size, 0)
  if (total <= maximumImageSize) return total
  const each = parts.map(([part, size]) => `${part} ${formatBytes(size)}`).join(', ')
  throw new ContainerImageError(
    'IMAGE_TOO_LARGE',
    `Image '${image}' unpacks to ${(total / 1024 ** 3).toFixed(1)} GiB (${each}); Lambda takes ` +
      "10 GiB. Leave packages out with 'omit', or choose a smaller base.",
  )
}
