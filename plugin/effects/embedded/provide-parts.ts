import type { PartReport } from '../../core/report/image-report.ts'
import { type Descriptor, totalSize } from '../../oci/descriptor.ts'
import type { Digest } from '../../oci/digest.ts'
import type { Layer } from '../../ports/layer.ts'
import { provideApp, type ProvidedApp } from './provide-app.ts'
import { type ProvidedBase, provideBase } from './provide-base.ts'
import { nobody } from './prove-dependencies.ts'
import { type ProvidedDependencies, provideDependencies } from './provide-dependencies.ts'
import type { EmbeddedInput } from './embedded-input.ts'
import { upload } from './uploads.ts'

/** The layers of an image, all of them in the repository. */
export interface ProvidedParts {
  readonly base: ProvidedBase
  readonly lambdaLayers: readonly Layer[]
  readonly dependencies: ProvidedDependencies | undefined
  readonly app: ProvidedApp
  /** Blobs whose presence was concluded and not asked for. */
  readonly trusted: readonly Digest[]
  readonly reports: readonly PartReport[]
}

/**
 * Sees to it that the repository has every layer of an image.
 * @param presence whether tags and memory are believed to tell which blobs are there
 */
export async function provideParts(
  input: EmbeddedInput,
  presence: 'trust' | 'ask',
): Promise<ProvidedParts> {
  const { image, base: baseImage, repository, cacheDirectory, progress } = input
  const shared = { repository, cacheDirectory, progress, trust: presence === 'trust' }
  const parts = [
    provideBase({ ...shared, image: image.name, base: baseImage }),
    provideDependencies({
      ...shared,
      image,
      definition: input.definition,
      vouches: input.vouches ?? nobody,
      ...(input.knownLayer && { knownLayer: input.knownLayer }),
    }),
    provideApp(input, shared.trust),
    provideLambdaLayers(input),
  ] as const
  // Waits for all, so that nothing goes on in the background after a failure.
  await Promise.allSettled(parts)
  const [base, dependencies, app, sentLayers] = await Promise.all(parts)
  return {
    base,
    lambdaLayers: input.lambdaLayers ?? [],
    dependencies,
    app,
    trusted: [
      ...base.trusted,
      ...(dependencies?.trusted ? dependencies.layers.map(({ digest }) => digest) : []),
      ...app.trusted,
    ],
    reports: [
      {
        part: 'base',
        size: totalSize([...base.manifest.layers, ...(input.lambdaLayers ?? []).map(descriptorOf)]),
        sent: base.sent + sentLayers,
      },
      ...(dependencies === undefined ? [] : [dependenciesReport(dependencies)]),
      { part: 'app', size: totalSize(app.layers.map(descriptorOf)), sent: app.sent },
    ],
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

function dependenciesReport({ layers, sent }: ProvidedDependencies): PartReport {
  return { part: 'dependencies', size: totalSize(layers), sent }
}

function descriptorOf({ descriptor }: { readonly descriptor: Descriptor }): Descriptor {
  return descriptor
}
