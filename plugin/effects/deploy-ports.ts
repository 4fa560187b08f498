import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { ArchitectApp } from '../core/architect-app.ts'
import { parsePragmas } from '../core/pragma.ts'
import { verifyImage } from '../core/verify.ts'
import { digestOf } from '../oci/digest.ts'
import { platformOf } from '../oci/platform.ts'
import { stableJson } from '../oci/stable-json.ts'
import type { Ports, Repository } from '../ports.ts'
import { openAws, type AwsInventory } from './aws/client.ts'
import { openEcrRepository } from './aws/ecr.ts'
import { readLiveStack } from './aws/live-stack.ts'
import { openBaseImages } from './base-image.ts'
import { createProjectBundler } from './bundle/project-bundler.ts'
import type { Console } from './console.ts'
import { dependencyFingerprint } from './dependencies/fingerprint.ts'
import { createLockfiles } from './dependencies/lockfiles.ts'
import { createFindOrBuild } from './find-or-build.ts'
import { readImageFolders } from './image-folders.ts'
import { isFile } from './is-file.ts'
import { defaultCacheDirectory } from './layer-cache.ts'
import { parseHostMap } from './registry/host-map.ts'
import { createReport } from './report.ts'
import { readServedImage } from './served-image.ts'
import { requireWritableCache } from './writable-cache.ts'

/** What both kinds of deploy know of their surroundings. */
export interface DeploySetting {
  readonly app: ArchitectApp
  /** Architect's own, for the parts of Architect that want it back. */
  readonly inventory: AwsInventory
  readonly stackName: string
  readonly console: Console
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The effects of a real deploy. Nothing is asked of AWS before the first image needs it. */
export async function createDeployPorts(setting: DeploySetting): Promise<Ports> {
  const { app, inventory, stackName, console, environment } = setting
  const { progress } = console
  const cacheDirectory = defaultCacheDirectory(environment)
  const hostMap = parseHostMap(environment['ARC_CONTAINER_IMAGES_REGISTRIES'] ?? '')
  const resolveBase = openBaseImages({ hostMap, cacheDirectory })
  const name = parsePragmas(app).settings.repository
  const aws = once(() => openAws({ inventory }))
  const repository = once(async (): Promise<Repository> => {
    const tags = { app: app.name }
    const opened = await openEcrRepository({ aws: await aws(), name, hostMap, tags })
    progress({ image: name, step: 'repository', state: 'done' })
    return opened
  })
  const liveStack = once(async () => readLiveStack({ aws: await aws(), stackName }))
  const bundler = await createProjectBundler(setting)
  const writableCache = once(() => requireWritableCache(cacheDirectory))
  const lockfiles = createLockfiles({ cacheDirectory, console })

  return {
    readImageFolders: () => readImageFolders(app.directory),
    isFile,
    start(images) {
      const functions = images.reduce((sum, image) => sum + image.functions.length, 0)
      console.status(
        `Putting ${count(functions, 'function')} into ${count(images.length, 'image')}`,
      )
      // These take a while on the network and depend on nothing: they run beside the bundling.
      for (const early of [liveStack(), ...images.map(baseOf)]) early.catch(() => undefined)
    },
    async lock(image) {
      await writableCache()
      return lockfiles(image)
    },
    async bundle(image) {
      progress({ image: image.name, step: 'bundle', state: 'start' })
      const bundle = await bundler.bundle(image)
      progress({ image: image.name, step: 'bundle', state: 'done' })
      for (const note of bundle.notes) console.warn(note)
      return bundle
    },
    async identify(image) {
      const [base, dependencies] = await Promise.all([baseOf(image), dependencyFingerprint(image)])
      return digestOf(stableJson([base.digest, dependencies]))
    },
    publish: createFindOrBuild({
      repository,
      resolveBase,
      appDirectory: app.directory,
      cacheDirectory,
      progress,
    }),
    async verify(image) {
      if (image.pushed === undefined) throw new TypeError('Only what was pushed can be verified')
      const { served } = image.pushed
      const options = { cacheDirectory }
      const read = await readServedImage(image.image, await repository(), served, options)
      const entryPoint = verifyImage(image.image, read)
      progress({ image: image.image.name, step: 'verify', state: 'done' })
      return { ...image, entryPoint }
    },
    emptyFolder: () => emptyFolder(app.directory),
    report: createReport({ console, liveStack, repository }),
  }

  function baseOf({ base, architecture }: { base: string; architecture: 'arm64' | 'x86_64' }) {
    return resolveBase(base, platformOf(architecture))
  }
}

/** Inside the app, because a template that was ejected still names it. */
export async function emptyFolder(appDirectory: string): Promise<string> {
  const folder = join(
    appDirectory,
    'node_modules',
    '.cache',
    'arc-plugin-container-images',
    'empty',
  )
  await mkdir(folder, { recursive: true })
  return folder
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
