import pLimit from 'p-limit'

import type { ArchitectApp } from '../core/arc/architect-app.ts'
import { count } from '../core/basics/count.ts'
import { parsePragmas } from '../core/arc/pragma.ts'
import { once } from '../core/basics/once.ts'
import type { StoredImage } from '../core/retention/stored-image.ts'
import { ContainerImageError } from '../errors.ts'
import { platformOf } from '../oci/platform.ts'
import type { Ports } from '../ports/deploy.ts'
import type { PublishedImage, VerifiedImage } from '../ports/image-stages.ts'
import type { Repository } from '../ports/repository.ts'
import { type Aws, openAws, type AwsInventory } from './aws/client.ts'
import { findStack } from './stacks/stacks.ts'
import type { LiveStackState } from '../core/plan/compare-live.ts'
import { findEcrRepository, openEcrRepository } from './ecr/ecr.ts'
import { createEcrTokens } from './ecr/ecr-token.ts'
import { functionNames } from './stacks/deployed-stacks.ts'
import {
  deployedDigests,
  liveImages,
  type LiveStack,
  liveStackState,
  readLiveStack,
} from './stacks/live-stack.ts'
import { newestEventTime, openStackEvents } from './stacks/stack-events.ts'
import { readRepositoryState } from './ecr/repository-state.ts'
import { archivedByTag, digestsByTag, listImages, removeTags } from './ecr/stored-images.ts'
import { openBaseDigests } from './base/base-digest.ts'
import { baseAccess } from './base/base-access.ts'
import { openBaseImages } from './base/base-image.ts'
import { readEsbuildConfig } from './bundle/esbuild-config.ts'
import { checkEnvironment } from './environment/check-environment.ts'
import { createProvideLambdaLayer } from './lambda-layers/provide-lambda-layers.ts'
import { createExamine } from './plan/examine-setup.ts'
import { createProjectBundler } from './bundle/project-bundler.ts'
import { startEsbuild } from './bundle/start-esbuild.ts'
import type { Console } from './architect/console.ts'
import { createImageBuilder } from './create-image-builder.ts'
import { createLockfiles } from './dependencies/lockfiles.ts'
import { createFindOrBuild } from './image/find-or-build.ts'
import { appRepositories } from '../core/settings/app-repositories.ts'
import { anybody } from './embedded/vouches.ts'
import { isBundlingLikely } from './embedded/is-bundling-likely.ts'
import { packagesOfImages } from './embedded/packages-of-images.ts'
import { createHold } from './retention/hold-images.ts'
import { keepSourceMaps } from './cache/source-maps.ts'
import { functionContents, openFunctionContents } from './sync/function-contents.ts'
import { openRunning } from './lambda/function-code.ts'
import { createMend } from './sync/mend-functions.ts'
import { emptyFolder } from './architect/empty-folder.ts'
import { skipInstalls } from './architect/skip-installs.ts'
import { deployBoundary } from './architect/deploy-boundary.ts'
import { readImageFolders } from './architect/read-image-folders.ts'
import { stackRepository } from './architect/stack-repository.ts'
import { isFile } from './folder/is-file.ts'
import { createPrune } from './retention/prune-tags.ts'
import { createJudge } from './walk/judge-image.ts'
import { createWalkServed } from './walk/walk-served.ts'
import { createFindRunner } from './runners/find-runner.ts'
import { followStack } from './events/follow-stack.ts'
import { giveLastWord } from './events/last-word.ts'
import { createEventLines } from './events/show-events.ts'
import { createStart } from './start/start-images.ts'
import { createReport } from './report/print-report.ts'
import { tagHeldImages } from './retention/tag-held-images.ts'
import { createFindProven, withContentProof } from './image/find-proven.ts'
import { deployedProofs } from './image/deployed-proofs.ts'
import { createRestore, restoringLost } from './image/restore-lost.ts'
import { createVerify } from './image/verify-image.ts'
import { ownVersion } from './own-version.ts'
import { reportVariable } from './report/write-deploy-report.ts'
import { sweepLeftovers } from './temporary/sweep-leftovers.ts'
import { requireWritableCache } from './cache/writable-cache.ts'

/** What both kinds of deploy know of their surroundings. */
export interface DeployContext {
  readonly app: ArchitectApp
  /** Architect's own, for the parts of Architect that want it back. */
  readonly inventory: AwsInventory
  readonly stackName: string
  readonly console: Console
  readonly environment: Readonly<Record<string, string | undefined>>
  /** False when the user has installed everything: `arc deploy --no-hydrate`. */
  readonly hydrate?: boolean
  /** The program of `arc-images`, which gives the last word; absent: nobody waits for the stack. */
  readonly program?: string
}

/** The effects of a real deploy, and what they share. */
export interface DeployEffects {
  readonly ports: Ports
  readonly aws: () => Promise<Aws>
  readonly repository: () => Promise<Repository>
  /** The repository's images as they were when this was first asked. */
  readonly images: () => Promise<readonly StoredImage[]>
  /** Name of the repository. */
  readonly name: string
  readonly cacheDirectory: string
}

/** Nothing is asked of AWS before the first image needs it. */
export function createDeployPorts(context: DeployContext): Ports {
  return createDeployEffects(context).ports
}

/** @param repositoryIs `left`: it is neither made nor changed; else brought to what the app wants */
export function createDeployEffects(
  context: DeployContext,
  repositoryIs: 'reconciled' | 'left' = 'reconciled',
): DeployEffects {
  const { app, inventory, stackName, console, environment } = context
  const { progress } = console
  const boundary = deployBoundary(app, environment)
  const access = baseAccess(context)
  const { hostMap, cacheDirectory } = access
  const resolveBase = openBaseImages(access)
  const { settings } = parsePragmas(app)
  const { keep, managed } = settings
  const name = stackRepository(app, stackName)
  const aws = once(() => openAws({ inventory }))
  const state = once(async () => readRepositoryState(await aws(), name))
  const tokens = once(async () => createEcrTokens(await aws()))
  const events = once(async () => openStackEvents(await aws()))
  const newestEvent = once(async () => newestEventTime(await events(), stackName))
  const images = once(async () => listImages(await aws(), name))
  const planned = new Set<string>()
  let began = performance.now()
  const wantedRepository = async (): Promise<Repository> => {
    const opened = await openEcrRepository({
      aws: await aws(),
      name,
      hostMap,
      stackName,
      managed,
      settings: { keep, images: [...planned], tags: { app: app.name } },
      state: state(),
      tokens: await tokens(),
      async tagFirst(uses) {
        const held = { aws: await aws(), repository: uses, images: await images() }
        await tagHeldImages({ ...held, now: Date.now() })
      },
      say: (message) => console.status(message),
    })
    progress({ image: name, step: 'repository', state: 'done' })
    return opened
  }
  const repositoryThere = async (): Promise<Repository> => {
    const found = await findEcrRepository({
      aws: await aws(),
      name,
      hostMap,
      tokens: await tokens(),
    })
    if (found !== undefined) return found
    throw new ContainerImageError(
      'REGISTRY_REPOSITORY_MISSING',
      `There is no repository '${name}', which a deploy makes: 'arc deploy'.`,
    )
  }
  const repository = once(repositoryIs === 'left' ? repositoryThere : wantedRepository)
  const foundStack = once(async () => findStack(await aws(), stackName))
  const liveStack = once(async () => readLiveStack({ aws: await aws(), stackName }))
  const live = once(async () => liveImages(stackName, await liveStack()))
  const retention = { stackName, repository, live, images, progress, now: Date.now }
  const resolveDigest = openBaseDigests({ ...access, resolveBase })
  const shared = { app, console, environment, cacheDirectory }
  const digests = async () => (await live()).held
  const livePackages = packagesOfImages({ digests, repository, cacheDirectory })
  const isPreview = name === appRepositories(settings).preview
  const vouches = isPreview ? anybody : livePackages.vouches
  const provideLambdaLayer = createProvideLambdaLayer({ aws, cacheDirectory })
  const builder = createImageBuilder({
    ...shared,
    resolveBase,
    resolveDigest,
    vouches,
    knownLayer: livePackages.knownLayer,
    provideLambdaLayer,
  })
  const esbuildConfig = once(() => readEsbuildConfig(app.arc, app.directory))
  const bundler = once(async () =>
    createProjectBundler({ ...context, cacheDirectory, esbuildConfig: await esbuildConfig() }),
  )
  const writableCache = once(async () => {
    await requireWritableCache(cacheDirectory)
    await sweepLeftovers(cacheDirectory)
  })
  const folderOfNothing = once(() => emptyFolder(app.directory))
  const lockfiles = createLockfiles({ cacheDirectory, console })

  const contents = openFunctionContents(cacheDirectory)
  const stackFunctions = once(async () =>
    functionNames(await aws(), { id: stackName, name: stackName }),
  )
  const readRunning = openRunning(aws)
  const running = async (isAsked: (logicalId: string) => boolean) =>
    readRunning((await stackFunctions()).filter(({ logicalId }) => isAsked(logicalId)))
  const runningImages = async () => {
    const inImages = deployedDigests(await liveStack())
    return inImages.size === 0 ? [] : await running((id) => inImages.has(id))
  }
  /** What takes a while and is asked in any case, or most likely. */
  const ahead = (isBundling: boolean): readonly (() => Promise<unknown>)[] => {
    const token = async () => (await tokens())(false)
    // A sync may have nothing to send.
    if (repositoryIs === 'left') return isBundling ? [startEsbuild, repository, images, token] : []
    const told = context.program === undefined ? [] : [newestEvent]
    // Where nothing has changed, every function is to run what it was given.
    const next = isBundling ? startEsbuild : runningImages
    return [next, stackFunctions, state, images, token, ...told]
  }
  const removeTag = async (tag: string) => removeTags(await aws(), name, [tag])
  const checkServed = createVerify({ removeTag, repository, builder, cacheDirectory, progress })
  const walkServed = createWalkServed({ repository, cacheDirectory })
  const release = ownVersion()
  const deployed = deployedProofs({
    status: async () => (await foundStack())?.status,
    functions: async () => {
      const stack = await liveStack()
      return stack?.kind === 'live' ? stack.functions : new Map()
    },
  })
  /** Lists of every file of an image are in memory while it is verified. */
  const verifying = pLimit(2)
  const findProven = createFindProven({ repository, deployed, cacheDirectory, release })
  const build = { repository, builder, began: () => began, cacheDirectory }
  const restore = createRestore({ ...build, removeTag })
  const start = createStart({
    repository,
    findRunner: createFindRunner({ cacheDirectory, environment }),
    cacheDirectory,
    progress,
    deployed,
    release,
  })

  const ports: Ports = {
    ...(boundary !== undefined && { boundary }),
    readImageFolders: () => readImageFolders(app.directory),
    isFile,
    examine: createExamine({ builder, esbuildConfig, environment }),
    readLive: () => liveState(stackName, foundStack, liveStack),
    foresee(wanted) {
      const isLikely = wanted.some((image) => isBundlingLikely(image, cacheDirectory))
      const assembled = wanted.filter(({ definition }) => definition.kind === 'package')
      const started = [...ahead(isLikely), ...assembled.map((image) => () => baseOf(image))]
      for (const begin of started) begin().catch(() => undefined)
    },
    announce(wanted) {
      began = performance.now()
      for (const image of wanted) planned.add(image.name)
      skipInstalls(
        wanted.flatMap(({ functions }) => functions),
        app,
        inventory,
      )
      const functions = wanted.reduce((sum, image) => sum + image.functions.length, 0)
      console.status(
        `Putting ${count(functions, 'function')} into ${count(wanted.length, 'image')}`,
      )
    },
    async lock(image) {
      await writableCache()
      // Names in `node_modules` decide bundles: it is to be there when they are first remembered.
      await folderOfNothing().catch(() => undefined)
      return lockfiles(image)
    },
    async bundle(image) {
      progress({ image: image.name, step: 'bundle', state: 'start' })
      const bundle = await (await bundler()).bundle(image)
      progress({ image: image.name, step: 'bundle', state: 'done' })
      for (const note of bundle.notes) console.warn(note)
      return bundle
    },
    identify: builder.identify,
    judge: createJudge({
      builder,
      mayInstall: true,
      findRepository: once(async () => findEcrRepository({ aws: await aws(), name, hostMap })),
      listed: async () => digestsByTag(await images()),
      say: (note) => console.details([note]),
    }),
    checkEnvironment: (image) => checkEnvironment(image, provideLambdaLayer),
    prune: createPrune({ ...retention, aws, name, say: (note) => console.warn(note) }),
    publish: createFindOrBuild({
      ...build,
      listed: async () => digestsByTag(await images()),
      archived: { name, images: async () => archivedByTag(await images()) },
    }),
    verify: restoringLost((published) => verifying(() => verify(published)), restore),
    start: restoringLost(start, async (lost) => verify(await restore(lost))),
    hold: restoringLost(createHold(retention), async (lost) =>
      start(await verify(await restore(lost))),
    ),
    mend: createMend({
      aws,
      running,
      deployed: async () => deployedDigests(await liveStack()),
      say: (line) => console.status(line),
    }),
    emptyFolder: folderOfNothing,
    report: createReport({
      cacheDirectory,
      console,
      liveStack,
      repository,
      stackName,
      file: environment[reportVariable],
    }),
    async followStack(names) {
      const { program } = context
      if (program === undefined) return
      // Without an answer the time here has to do.
      const after = await newestEvent().catch(() => Date.now())
      giveLastWord({ program, stackName, directory: app.directory, after })
      const show = createEventLines(process.stdout, environment)
      followStack({ stackName, events: await events(), after, names, show })
    },
  }
  return { ports, aws, repository, images, name, cacheDirectory }

  async function verify(published: PublishedImage): Promise<VerifiedImage> {
    const verified = (await findProven(published)) ?? (await read(published))
    const { pushed } = verified
    if (pushed !== undefined) {
      const { digest } = pushed.served
      await contents.write(digest, functionContents(verified))
      await keepSourceMaps(cacheDirectory, digest, verified.bundle.maps)
    }
    return verified
  }

  /** What nothing is to be said of is proven for other machines, too. */
  async function read(published: PublishedImage): Promise<VerifiedImage> {
    const verified = await walkServed(await checkServed(published))
    const isPlain = verified.notes.length === published.notes.length
    return isPlain ? withContentProof(verified, release) : verified
  }

  function baseOf({ base, architecture }: { base: string; architecture: 'arm64' | 'x86_64' }) {
    return resolveBase(base, platformOf(architecture))
  }
}

/** Both questions at the same time; without answers nothing is deployed. */
async function liveState(
  stackName: string,
  foundStack: () => Promise<{ readonly status: string } | undefined>,
  liveStack: () => Promise<LiveStack | undefined>,
): Promise<LiveStackState> {
  const [stack, live] = await Promise.all([foundStack(), liveStack()])
  return liveStackState(stackName, stack?.status, live)
}
