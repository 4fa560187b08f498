import type { ArchitectApp } from '../core/arc/architect-app.ts'
import type { ResolveDigest } from './base/base-digest.ts'
import type { ResolveBaseImage } from './base/base-image.ts'
import { buildxImages } from './dockerfile/buildx-images.ts'
import type { Console } from './architect/console.ts'
import { embeddedImages } from './embedded/embedded-images.ts'
import { chooseBuilder, type ImageBuilder } from '../ports/image-builder.ts'

/** The builder of an app's images, whichever way each is defined. */
export function createImageBuilder(options: {
  readonly app: ArchitectApp
  readonly console: Console
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly cacheDirectory: string
  readonly resolveBase: ResolveBaseImage
  readonly resolveDigest: ResolveDigest
}): ImageBuilder {
  const { app, console, environment, cacheDirectory, resolveBase, resolveDigest } = options
  const { progress } = console
  const shared = { resolveBase, resolveDigest, cacheDirectory, progress }
  return chooseBuilder({
    package: embeddedImages({ ...shared, appDirectory: app.directory }),
    dockerfile: buildxImages({
      ...shared,
      environment,
      directory: app.directory,
      onLine: (image, line) => console.buildOutput(image, line),
    }),
  })
}
