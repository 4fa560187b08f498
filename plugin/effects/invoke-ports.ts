import { once } from '../core/basics/once.ts'
import type { Ports } from '../ports/deploy.ts'
import type { InvokePorts } from '../ports/invoke.ts'
import { openAws } from './aws/client.ts'
import { openBaseDigests } from './base/base-digest.ts'
import { baseAccess } from './base/base-access.ts'
import { openBaseImages } from './base/base-image.ts'
import { requireWritableCache } from './cache/writable-cache.ts'
import { createImageBuilder } from './create-image-builder.ts'
import { createLockfiles } from './dependencies/lockfiles.ts'
import type { DeployContext } from './deploy-ports.ts'
import { createDryRunPorts } from './dry-run-ports.ts'
import { anybody } from './embedded/vouches.ts'
import { createFindOrBuild } from './image/find-or-build.ts'
import { createProvideLambdaLayer } from './lambda-layers/provide-lambda-layers.ts'
import { createVerify } from './image/verify-image.ts'
import { openLocalRepository } from './invoke/local-repository.ts'
import { prepareHere } from './invoke/run-here.ts'
import { type InvokeSettings, prepareImage } from './invoke/run-image.ts'
import { createFindRunner } from './runners/find-runner.ts'
import { sweepLeftovers } from './temporary/sweep-leftovers.ts'
import { createJudge } from './walk/judge-image.ts'

/** The effects of `invoke`: an image is made as by a deploy, into the cache instead of a registry. */
export function createInvokePorts(
  context: DeployContext & { readonly settings: InvokeSettings },
): InvokePorts {
  const { app, console, environment, settings } = context
  const { progress } = console
  const access = baseAccess(context)
  const { cacheDirectory } = access
  const resolveBase = openBaseImages(access)
  const repository = openLocalRepository(cacheDirectory)
  const opened = async () => repository
  const builder = createImageBuilder({
    app,
    console,
    environment,
    cacheDirectory,
    resolveBase,
    resolveDigest: openBaseDigests({ ...access, resolveBase }),
    vouches: anybody,
    // Asks AWS, for an image with `layers include`.
    provideLambdaLayer: createProvideLambdaLayer({
      aws: once(() => openAws({ inventory: context.inventory })),
      cacheDirectory,
    }),
  })
  const lockfiles = createLockfiles({ cacheDirectory, console })
  const writableCache = once(async () => {
    await requireWritableCache(cacheDirectory)
    await sweepLeftovers(cacheDirectory)
  })
  const appDirectory = app.directory
  const here = { appDirectory, cacheDirectory, environment, settings, progress }
  const findRunner = createFindRunner({ cacheDirectory, environment })
  const dryRun: Ports = createDryRunPorts(context)

  return {
    ...dryRun,
    announce: () => {},
    async lock(image) {
      await writableCache()
      return lockfiles(image)
    },
    identify: builder.identify,
    judge: createJudge({
      builder,
      mayInstall: true,
      findRepository: opened,
      listed: async () => new Map(),
      say: (note) => console.warn(note),
    }),
    publish: createFindOrBuild({ repository: opened, builder, cacheDirectory }),
    verify: createVerify({
      repository: opened,
      // It is made anew when what decides it has changed, and what spoilt it is here.
      removeTag: async () => {},
      builder,
      cacheDirectory,
      progress,
    }),
    async unable({ image }) {
      const found = await findRunner(image.architecture)
      return 'unable' in found ? found.unable : undefined
    },
    prepareImage: (image, lambda) =>
      prepareImage(image, lambda, { repository, findRunner, cacheDirectory, settings }),
    prepareHere: (image, lambda, instead) => prepareHere(image, lambda, { ...here, instead }),
  }
}
