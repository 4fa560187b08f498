import type { ArchitectApp } from '../core/arc/architect-app.ts'
import type { ResolveDigest } from './base/base-digest.ts'
import type { ResolveBaseImage } from './base/base-image.ts'
import type { Console } from './architect/console.ts'
import { embeddedImages } from './embedded/embedded-images.ts'
import type { KnownLayer } from './embedded/package-layers.ts'
import type { Vouches } from './embedded/vouches.ts'
import type { ProvideLambdaLayer } from './lambda-layers/provide-lambda-layers.ts'
import type { ImageBuilder } from '../ports/image-builder.ts'

/** The builder of an app's images, whichever way each is defined. */
export function createImageBuilder(options: {
  readonly app: ArchitectApp
  readonly console: Console
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly cacheDirectory: string
  readonly resolveBase: ResolveBaseImage
  readonly resolveDigest: ResolveDigest
  /** Absent for a dry run, which takes nothing from a repository. */
  readonly vouches?: Vouches
  /** Layers of packages that the repository has; absent: all are made. */
  readonly knownLayer?: KnownLayer
  /** Absent for a dry run, which makes nothing. */
  readonly provideLambdaLayer?: ProvideLambdaLayer
}): ImageBuilder {
  const { app, console, environment, cacheDirectory, resolveBase, resolveDigest, vouches } = options
  const { provideLambdaLayer, knownLayer } = options
  const { progress } = console
  const shared = { resolveBase, resolveDigest, cacheDirectory, progress }
  const embedded = embeddedImages({
    ...shared,
    appDirectory: app.directory,
    ...(vouches && { vouches }),
    ...(knownLayer && { knownLayer }),
    ...(provideLambdaLayer && { provideLambdaLayer }),
  })
  let buildx: Promise<ImageBuilder> | undefined
  return chooseBuilder({
    package: async () => embedded,
    dockerfile: async () => await (buildx ??= openBuildx()),
  })

  /** Loaded when an image has a Dockerfile. */
  async function openBuildx(): Promise<ImageBuilder> {
    const { buildxImages } = await import('./dockerfile/buildx-images.ts')
    return buildxImages({
      ...shared,
      environment,
      directory: app.directory,
      onLine: (image, line) => console.buildOutput(image, line),
    })
  }
}

/** One builder for both kinds: what an image is made by, its folder says. */
function chooseBuilder(builders: {
  readonly package: () => Promise<ImageBuilder>
  readonly dockerfile: () => Promise<ImageBuilder>
}): ImageBuilder {
  return {
    examine: async (image) => (await builders[image.definition.kind]()).examine(image),
    identify: async (image) => (await builders[image.definition.kind]()).identify(image),
    judge: async (input, options) =>
      (await builders[input.image.definition.kind]()).judge(input, options),
    publish: async (input) => (await builders[input.image.definition.kind]()).publish(input),
    prove: async (input, served) =>
      (await builders[input.image.definition.kind]()).prove(input, served),
    entryPoint: async (image) => (await builders[image.definition.kind]()).entryPoint(image),
  }
}
