import { ContainerImageError } from '../errors.ts'
import { once } from '../core/basics/once.ts'
import { count } from '../core/basics/count.ts'
import type { Ports } from '../ports/deploy.ts'
import { openBaseDigests, orPlaceholder } from './base/base-digest.ts'
import { baseAccess } from './base/base-access.ts'
import { openBaseImages } from './base/base-image.ts'
import { readEsbuildConfig } from './bundle/esbuild-config.ts'
import { checkEnvironment } from './environment/check-environment.ts'
import { createExamine } from './plan/examine-setup.ts'
import { createProjectBundler } from './bundle/project-bundler.ts'
import { readDefinition } from './dependencies/definition.ts'
import type { DeployContext } from './deploy-ports.ts'
import { emptyFolder } from './architect/empty-folder.ts'
import { createImageBuilder } from './create-image-builder.ts'
import { skipInstalls } from './architect/skip-installs.ts'
import { deployBoundary } from './architect/deploy-boundary.ts'
import { readImageFolders } from './architect/read-image-folders.ts'
import { stackRepository } from './architect/stack-repository.ts'
import { isFile } from './folder/is-file.ts'
import { createJudge } from './walk/judge-image.ts'

/**
 * The effects of `--dry-run` and `--eject`: bundles, names and rewrites, but makes, pushes and asks
 * AWS for nothing. Works without network; what could not be resolved then is said.
 */
export function createDryRunPorts(context: DeployContext): Ports {
  const { app, stackName, console, environment } = context
  const boundary = deployBoundary(app, environment)
  const access = baseAccess(context)
  const { cacheDirectory } = access
  const resolveBase = openBaseImages(access)
  const repository = stackRepository(app, stackName)
  const esbuildConfig = once(() => readEsbuildConfig(app.arc, app.directory))
  const bundler = once(async () =>
    createProjectBundler({ ...context, esbuildConfig: await esbuildConfig() }),
  )
  const builder = createImageBuilder({
    app,
    console,
    environment,
    cacheDirectory,
    resolveBase,
    resolveDigest: orPlaceholder(openBaseDigests({ ...access, resolveBase }), (text) =>
      console.warn(text),
    ),
  })

  return {
    ...(boundary !== undefined && { boundary }),
    readImageFolders: () => readImageFolders(app.directory),
    isFile,
    examine: createExamine({ builder, esbuildConfig, environment }),
    readLive: async () => undefined,
    announce(images) {
      console.status(`Naming ${count(images.length, 'image')}; nothing is pushed`)
      skipInstalls(
        images.flatMap(({ functions }) => functions),
        app,
        context.inventory,
      )
    },
    async lock(image) {
      if (image.definition.kind !== 'package' || image.definition.lockfile !== undefined)
        return image
      if (!(await readDefinition(image)).empty) {
        console.warn(
          `docker/${image.name} has no lockfile; a deploy makes one and the tag changes.`,
        )
      }
      return image
    },
    async bundle(image) {
      const bundle = await (await bundler()).bundle(image)
      for (const note of bundle.notes) console.warn(note)
      return bundle
    },
    identify: builder.identify,
    judge: createJudge({
      builder,
      mayInstall: false,
      findRepository: async () => undefined,
      listed: async () => new Map(),
      say: (note) => console.details([note]),
    }),
    checkEnvironment: (image) => checkEnvironment(image),
    prune: async () => {},
    async publish(tagged) {
      const host = '${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}'
      return {
        ...tagged,
        imageUri: { 'Fn::Sub': `${host}/${repository}:${tagged.tag}` },
        notes: [],
      }
    },
    async verify(image) {
      try {
        return { ...image, entryPoint: await builder.entryPoint(image.image) }
      } catch (error) {
        if (!isUnreachable(error)) throw error
        console.warn(
          `The entry point of image '${image.image.name}' is not known; the template has that of AWS's bases.`,
        )
        return { ...image, entryPoint: ['/lambda-entrypoint.sh'] }
      }
    },
    start: async (image) => image,
    hold: async (image) => ({ ...image, previous: new Map() }),
    mend: async () => {},
    emptyFolder: () => emptyFolder(app.directory),
    async report(images) {
      for (const { tag } of images) console.done(`Would deploy ${repository}:${tag}`)
    },
    followStack: async () => {},
  }
}

/** No network, or a registry that does not answer: what a dry run can do without. */
function isUnreachable(error: unknown): error is ContainerImageError {
  return error instanceof ContainerImageError && error.code === 'REGISTRY_UNREACHABLE'
}
