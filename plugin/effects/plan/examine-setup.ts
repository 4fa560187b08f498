import type { BuildOptions } from 'esbuild'

import { configSecrets } from '../../core/bundle/config-secrets.ts'
import type { PlannedImage } from '../../core/model.ts'
import { ContainerImageError, type Problem } from '../../errors.ts'
import type { Ports } from '../../ports/deploy.ts'
import type { ImageBuilder } from '../../ports/image-builder.ts'
import { bundleGroups } from '../bundle/bundle-groups.ts'

/**
 * All that reading shows to be wrong beside app.arc, in one answer: the files that define images,
 * the user's esbuild options, and values that are not there. Nothing is built, installed or asked.
 */
export function createExamine(options: {
  readonly builder: ImageBuilder
  readonly esbuildConfig: () => Promise<BuildOptions>
  readonly environment: Readonly<Record<string, string | undefined>>
}): Ports['examine'] {
  const { builder, esbuildConfig, environment } = options
  return async (images) => {
    if (images.length === 0) return { mistakes: [], unfit: [] }
    const config = esbuildConfig()
    const [mistakes, unfit] = await Promise.all([
      problemsOf([config, ...images.map(builder.examine)]),
      problemsOf(images.map(async (image) => bundleGroups(image, environment))),
    ])
    const secrets = await config.then(
      (given) => secretsIn(given, images, environment),
      () => [],
    )
    return { mistakes: [...mistakes, ...secrets], unfit }
  }
}

function secretsIn(
  config: BuildOptions,
  images: readonly PlannedImage[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly Problem[] {
  const found = images.flatMap(({ settings }) =>
    configSecrets(config, settings.defineSecret, environment),
  )
  return distinct(found)
}

/** Images of one name share their files, and so their faults. */
async function problemsOf(work: readonly Promise<unknown>[]): Promise<readonly Problem[]> {
  const settled = await Promise.allSettled(work)
  const reasons = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  return distinct(
    reasons.map((reason: unknown) => {
      if (reason instanceof ContainerImageError) return reason
      throw reason
    }),
  )
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()]
}
