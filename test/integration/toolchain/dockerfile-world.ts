import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'

import {
  readDockerfileSettings,
  readImageSettings,
} from '../../../plugin/core/settings/read-settings.ts'
import { imageTag } from '../../../plugin/core/image/tag.ts'
import { defineImage } from '../../../plugin/core/plan/image-definition.ts'
import type { DockerfileSettings, PlannedImage } from '../../../plugin/core/model.ts'
import { pythonEntry } from '../../../plugin/core/plan/python-entry.ts'
import { verifyImage } from '../../../plugin/core/image/verify.ts'
import { openBaseDigests } from '../../../plugin/effects/base/base-digest.ts'
import { openBaseImages } from '../../../plugin/effects/base/base-image.ts'
import { buildxImages } from '../../../plugin/effects/dockerfile/buildx-images.ts'
import { bundleDigest } from '../../../plugin/effects/bundle/bundle-digest.ts'
import { stagePython } from '../../../plugin/effects/bundle/stage-python.ts'
import { createFindOrBuild } from '../../../plugin/effects/image/find-or-build.ts'
import { readImageFolders } from '../../../plugin/effects/architect/read-image-folders.ts'
import { openRepository } from '../../../plugin/effects/registry/open-repository.ts'
import { readServedImage } from '../../../plugin/effects/image/served-image.ts'
import type { Bundle, ImageFile } from '../../../plugin/ports/bundle.ts'
import type { VerifiedImage } from '../../../plugin/ports/image-stages.ts'
import type { Repository } from '../../../plugin/ports/repository.ts'
import { pushBaseImage } from './base-image.ts'
import { type Docker, startDocker } from './docker.ts'
import { type DockerRegistry, startDockerRegistry } from './docker-registry.ts'
import { ecrShapedRegistry } from './ecr-shaped-registry.ts'

export interface DockerfileDeploy {
  /** Files of the app, `docker/img/Dockerfile` among them; or the folder of an app that is there. */
  readonly app: Readonly<Record<string, string>> | string
  readonly image?: string
  readonly settings?: Partial<DockerfileSettings>
  readonly architecture?: PlannedImage['architecture']
  /** Code below /var/task; default: one function at `http/get-index`. */
  readonly code?: Readonly<Record<string, string>>
  /** Folder of a Python function's sources in the app. */
  readonly python?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly password?: string
  /** Instead of the registry. */
  readonly repository?: Repository
}

export interface Deployed {
  readonly uri: string
  readonly digest: string
  readonly entryPoint: readonly string[]
  /** What the first function is started by. */
  readonly command: string
  readonly outcome: string | undefined
  /** The image as `invoke` gets it. */
  readonly verified: VerifiedImage
  readonly lines: readonly string[]
}

/** Docker, a registry with ECR's name and login, and AWS's base images under their own names. */
export interface DockerfileWorld {
  readonly docker: Docker
  /** The private registry's images, for who reads them without Docker: no login. */
  readonly plain: DockerRegistry
  /** What `public.ecr.aws` has for the plugin; Docker asks another one with the same bases. */
  readonly bases: DockerRegistry
  /** The Python base by its name on public.ecr.aws; its version is that of this Debian. */
  readonly pythonBase: string
  readonly token: string
  /** Builds, pushes and verifies as a deploy does. */
  deploy(options: DockerfileDeploy): Promise<Deployed>
  close(): Promise<void>
}

const defaultCode = { 'http/get-index/index.cjs': 'exports.handler = async () => "hello"\n' }

export async function openDockerfileWorld(): Promise<DockerfileWorld> {
  const resources = new AsyncDisposableStack()
  try {
    const scratch = await mkdtemp(join(tmpdir(), 'dockerfile-world-'))
    resources.defer(() => rm(scratch, { recursive: true, force: true }))
    const bases = await startDockerRegistry({ credentials: null })
    resources.defer(() => bases.close())
    const storage = join(scratch, 'registry')
    const plain = await startDockerRegistry({ credentials: null, storage })
    resources.defer(() => plain.close())
    const ecr = await ecrShapedRegistry({ storage })
    resources.defer(() => ecr.close())
    const [python] = await Promise.all([
      pushBaseImage(bases, { kind: 'python' }),
      pushBaseImage(ecr.public, { kind: 'python' }),
      pushBaseImage(bases),
      pushBaseImage(ecr.public),
    ])
    const docker = await startDocker({ names: ecr.names })
    resources.defer(() => docker.stop())
    const hostMap = new Map([
      ['public.ecr.aws', bases.url],
      [ecr.ecrName, plain.url],
    ])
    const cacheDirectory = join(scratch, 'cache')

    return {
      docker,
      plain,
      bases,
      pythonBase: python.replace(bases.host, 'public.ecr.aws'),
      token: ecr.ecr.password,
      async deploy(options) {
        const app =
          typeof options.app === 'string' ? options.app : await mkdtemp(join(scratch, 'app-'))
        if (typeof options.app !== 'string') await writeTree(app, options.app)
        const image = await planned(app, options)
        const bundle =
          options.python === undefined
            ? await bundleOf(options.code ?? defaultCode)
            : await stagePython(image, { appDirectory: app })
        const lines: string[] = []
        const resolveBase = openBaseImages({ hostMap, cacheDirectory })
        const builder = buildxImages({
          resolveBase,
          resolveDigest: openBaseDigests({ resolveBase, hostMap }),
          cacheDirectory,
          directory: app,
          environment: { ...process.env, ...docker.environment, ...options.environment },
          progress: () => undefined,
          onLine: (_, line) => lines.push(line),
        })
        const login = `AWS:${options.password ?? ecr.ecr.password}`
        const repository =
          options.repository ??
          openRepository({
            uri: `${ecr.ecrName}/app`,
            hostMap,
            authorization: async () => `Basic ${Buffer.from(login).toString('base64')}`,
          })
        const identity = await builder.identify(image)
        const tag = imageTag(image, identity, bundle.digest)
        const publish = createFindOrBuild({
          repository: async () => repository,
          builder,
          cacheDirectory,
        })
        const published = await publish({ image, bundle, identity, tag })
        const { pushed, imageUri } = published
        if (pushed === undefined) throw new Error('nothing was published')
        const read = await readServedImage(image, repository, pushed.served, { cacheDirectory })
        const { entryPoint } = verifyImage(image, read)
        const { digest } = pushed.served
        return {
          uri: typeof imageUri === 'string' ? imageUri : '',
          digest,
          entryPoint,
          command: image.functions[0]?.command ?? '',
          outcome: pushed.report.outcome,
          verified: { ...published, entryPoint },
          lines,
        }
      },
      close: () => resources.disposeAsync(),
    }
  } catch (error) {
    await resources.disposeAsync()
    throw error
  }
}

export async function writeTree(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

async function planned(app: string, options: DockerfileDeploy): Promise<PlannedImage> {
  const name = options.image ?? 'img'
  const dockerfile: DockerfileSettings = { ...readDockerfileSettings(), ...options.settings }
  const settings = { ...readImageSettings(), dockerfile }
  const request = { line: `get / ${name}`, pragma: 'http', name: 'get /', image: name }
  const definition = defineImage(request, settings, await readImageFolders(app))
  if ('code' in definition) throw new Error(definition.message)
  const isPython = options.python !== undefined
  const folders = isPython
    ? ['http/get-index']
    : Object.keys(options.code ?? defaultCode).map((path) => posix.dirname(path))
  const source = join(app, options.python ?? '.')
  return {
    name,
    architecture: options.architecture ?? 'arm64',
    ...(isPython ? { language: 'python' as const } : {}),
    nodeVersion: isPython ? 0 : 24,
    base: 'public.ecr.aws/lambda/nodejs:24',
    definition,
    settings,
    functions: folders.map((folder) => ({
      logicalId: folder,
      pragma: 'http',
      name: 'get /',
      folder,
      sourceDirectory: source,
      entryFile: join(source, isPython ? 'index.py' : 'index.js'),
      handlerExport: 'handler',
      command: `${isPython ? pythonEntry(folder) : `${folder}/index`}.handler`,
      environment: {},
    })),
  }
}

async function bundleOf(code: Readonly<Record<string, string>>): Promise<Bundle> {
  const files = Object.entries(code).map(([path, text]): ImageFile => ({
    path: `var/task/${path}`,
    source: { kind: 'bytes', bytes: Buffer.from(text) },
    executable: false,
  }))
  return { files, digest: bundleDigest(files), notes: [] }
}
