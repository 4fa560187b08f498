import { allOf } from '../../core/basics/all-of.ts'
import { formatBytes } from '../../core/basics/format-bytes.ts'
import type { DependencyRecord } from '../../core/dependencies/dependency-record.ts'
import { assembleEmbedded } from '../../core/image/assemble-embedded.ts'
import { hasSnapStart } from '../../core/image/snap-start.ts'
import { checkUncompressedSize } from '../../core/image/uncompressed-limit.ts'
import type { PlannedImage } from '../../core/model.ts'
import type { PartReport } from '../../core/report/image-report.ts'
import { type Descriptor, totalSize } from '../../oci/descriptor.ts'
import type { Digest } from '../../oci/digest.ts'
import type { Document } from '../../oci/image.ts'
import type { Layer } from '../../ports/layer.ts'
import { lambdaLayersOf, totalUncompressed } from './lambda-layers.ts'
import { provideApp } from './provide-app.ts'
import { type ProvidedBase, provideBase } from './provide-base.ts'
import { nobody } from './vouches.ts'
import { type ProvidedDependencies, provideDependencies } from './provide-dependencies.ts'
import type { EmbeddedInput } from './embedded-input.ts'
import { putDocument, upload } from './uploads.ts'

/** All that an image's manifest names is in the repository. */
export interface ProvidedParts {
  readonly manifest: Document
  readonly config: Document
  readonly uncompressedSize: number
  readonly dependencies: DependencyRecord | undefined
  readonly app: readonly Layer[]
  /** Blobs whose presence was concluded and not asked for. */
  readonly trusted: readonly Digest[]
  readonly reports: readonly PartReport[]
  /** What should be said to the user. */
  readonly notes: readonly string[]
}

/**
 * Sees to it that the repository has every layer of an image, and its config: that is made, and on
 * its way, once it is known what the layers are.
 * @param presence whether tags and memory are believed to tell which blobs are there
 */
export async function provideParts(
  input: EmbeddedInput,
  presence: 'trust' | 'ask',
): Promise<ProvidedParts> {
  const { image, base: baseImage, repository, cacheDirectory, progress } = input
  const trust = presence === 'trust'
  const shared = { repository, cacheDirectory, progress, trust }
  const providingBase = provideBase({ ...shared, image: image.name, base: baseImage })
  const providingDependencies = provideDependencies({
    ...shared,
    image,
    definition: input.definition,
    vouches: input.vouches ?? nobody,
    ...(input.knownLayer && { knownLayer: input.knownLayer }),
  })
  const { packed, sent: sendingApp } = provideApp(input, trust)
  const assembling = allOf([providingBase, providingDependencies, packed]).then(
    async ([base, dependencies, app]) => {
      const documents = assemble(input, base, dependencies, app)
      // Of an image that nobody has found there the config is not there either.
      await putDocument(repository, documents.config, trust)
      return documents
    },
  )
  const [base, dependencies, app, sentApp, sentLayers, documents] = await allOf([
    providingBase,
    providingDependencies,
    packed,
    sendingApp,
    provideLambdaLayers(input),
    assembling,
  ])
  return {
    ...documents,
    dependencies: dependencies?.record,
    app,
    trusted: [
      ...base.trusted,
      ...(dependencies?.trusted ? dependencies.layers.map(({ digest }) => digest) : []),
      ...sentApp.trusted,
    ],
    reports: [
      {
        part: 'base',
        size: totalSize([...base.manifest.layers, ...(input.lambdaLayers ?? []).map(descriptorOf)]),
        sent: base.sent + sentLayers,
      },
      ...(dependencies === undefined ? [] : [dependenciesReport(dependencies)]),
      { part: 'app', size: totalSize(app.map(descriptorOf)), sent: sentApp.sent },
    ],
    notes: dependencies?.notes ?? [],
  }
}

/** @returns bytes sent */
async function provideLambdaLayers(input: EmbeddedInput): Promise<number> {
  const { image, lambdaLayers = [], repository, progress } = input
  const sent = await Promise.all(
    lambdaLayers.map(async (layer) => {
      const blob = { descriptor: layer.descriptor, open: () => layer.open() }
      return await upload(repository, blob, { progress, image: image.name, part: 'layers' })
    }),
  )
  return sent.reduce((sum, bytes) => sum + bytes, 0)
}

function assemble(
  { image, base, bundle, lambdaLayers = [] }: EmbeddedInput,
  provided: ProvidedBase,
  dependencies: ProvidedDependencies | undefined,
  app: readonly Layer[],
): Pick<ProvidedParts, 'config' | 'manifest' | 'uncompressedSize'> {
  const uncompressedSize = uncompressedSizeOf(image, {
    base: provided.uncompressedSize,
    ...(lambdaLayers.length > 0 && { layers: totalUncompressed(lambdaLayers) }),
    dependencies: totalUncompressed(dependencies?.layers ?? []),
    app: totalUncompressed(app),
  })
  const documents = assembleEmbedded({
    image: image.name,
    base: { ...base, manifest: provided.manifest, config: provided.config },
    ...lambdaLayersOf(image, lambdaLayers),
    ...(dependencies !== undefined && { dependencies }),
    app,
    bundle: bundle.digest,
    snapStart: hasSnapStart(image),
    uncompressedSize,
  })
  return { ...documents, uncompressedSize }
}

function uncompressedSizeOf(image: PlannedImage, sizes: Readonly<Record<string, number>>): number {
  const size = Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0)
  const each = Object.entries(sizes).map(([part, bytes]) => `${part} ${formatBytes(bytes)}`)
  checkUncompressedSize(image, `Image '${image.name}'`, size, ` (${each.join(', ')})`)
  return size
}

function dependenciesReport({ layers, sent }: ProvidedDependencies): PartReport {
  return { part: 'dependencies', size: totalSize(layers), sent }
}

function descriptorOf({ descriptor }: { readonly descriptor: Descriptor }): Descriptor {
  return descriptor
}
