import { parseArgs } from 'node:util'

import type { ArchitectApp } from '../core/arc/architect-app.ts'
import { parsePragmas } from '../core/arc/pragma.ts'
import { didYouMean } from '../core/basics/suggest.ts'
import { writeDockerfile } from '../core/dockerfile/write-dockerfile.ts'
import type { PlannedImage } from '../core/model.ts'
import { defineImage } from '../core/plan/image-definition.ts'
import { defaultBase } from '../core/plan/plan-images.ts'
import { setupError } from '../core/setup-error.ts'
import { readImageFolders } from '../effects/architect/read-image-folders.ts'
import { defaultCacheDirectory } from '../effects/cache/layer-cache.ts'
import { ensureLockfile } from '../effects/dependencies/ensure-lockfile.ts'
import { describeImage } from '../effects/dockerfile/describe-image.ts'
import { ContainerImageError } from '../errors.ts'
import { openApp } from './open-app.ts'

/**
 * `arc-images dockerfile IMAGE`: a Dockerfile for what the embedded builder refuses. Installs the
 * image's packages into the cache to see what has to be built; asks nothing of AWS.
 */
export async function dockerfile(args: readonly string[]): Promise<void> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true })
  const [name, ...others] = positionals
  if (name === undefined || others.length > 0)
    throw new ContainerImageError('COMMAND_INVALID', 'Name one image: arc-images dockerfile IMAGE.')
  const { app } = await openApp(process.cwd())
  const cacheDirectory = defaultCacheDirectory(process.env)
  const { image, created } = await ensureLockfile(await findImage(app, name), { cacheDirectory })
  if (created !== undefined) process.stderr.write(`Made ${created}, which was missing.\n`)
  process.stdout.write(writeDockerfile(await describeImage(image, { cacheDirectory })))
  process.stderr.write(
    `Save it as docker/${name}/Dockerfile; settings of the embedded builder for '${name}' then go.\n`,
  )
}

/** The image as one of its functions would have it; a Dockerfile is the same for all of them. */
async function findImage(app: ArchitectApp, name: string): Promise<PlannedImage> {
  const { requests, settings } = parsePragmas(app)
  const request = requests.find(({ image }) => image === name)
  const own = settings.images.get(name)
  if (request === undefined || own === undefined) {
    const hint = didYouMean(
      name,
      requests.map(({ image }) => image),
    )
    throw new ContainerImageError(
      'COMMAND_INVALID',
      `@container-images has no image '${name}'.${hint}`,
    )
  }
  const folders = await readImageFolders(app.directory)
  const definition = defineImage(request, { ...own, builder: 'embedded' }, folders)
  if ('code' in definition) throw setupError([definition])
  const lambda = app.functions.find(
    (one) => one.pragma === request.pragma && one.name === request.name,
  )
  const runtime = lambda?.runtime ?? 'nodejs24.x'
  return {
    name,
    architecture: lambda?.architecture === 'x86_64' ? 'x86_64' : 'arm64',
    nodeVersion: Number(/^nodejs(\d+)/.exec(runtime)?.[1] ?? 24),
    base: own.base ?? defaultBase(runtime),
    definition,
    settings: own,
    functions: [],
  }
}
