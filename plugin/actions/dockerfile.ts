import type { ArchitectApp } from '../core/arc/architect-app.ts'
import { parsePragmas } from '../core/arc/pragma.ts'
import { didYouMean } from '../core/basics/suggest.ts'
import { writeDockerfile } from '../core/dockerfile/write-dockerfile.ts'
import type { PlannedImage } from '../core/model.ts'
import { defineImage } from '../core/plan/image-definition.ts'
import { defaultBase } from '../core/plan/plan-images.ts'
import { setupError } from '../core/setup-error.ts'
import { ContainerImageError } from '../errors.ts'
import type { DockerfilePorts } from '../ports/dockerfile.ts'

export interface PrintedDockerfile {
  readonly text: string
  /** Path of a lockfile that was missing. */
  readonly created?: string
}

/**
 * A Dockerfile for what the embedded builder refuses. The image's packages are installed into the
 * cache to see what has to be built.
 * @throws ContainerImageError COMMAND_INVALID, SETUP_INVALID, and what installing throws
 */
export async function printDockerfile(
  app: ArchitectApp,
  name: string,
  ports: DockerfilePorts,
): Promise<PrintedDockerfile> {
  const { image, created } = await ports.ensureLockfile(await findImage(app, name, ports))
  const text = writeDockerfile(await ports.describe(image))
  return { text, ...(created !== undefined && { created }) }
}

/** The image as one of its functions would have it; a Dockerfile is the same for all of them. */
async function findImage(
  app: ArchitectApp,
  name: string,
  ports: DockerfilePorts,
): Promise<PlannedImage> {
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
  const folders = await ports.imageFolders()
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
