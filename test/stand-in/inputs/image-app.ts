import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

import { type ArcOptions, type ArcRun, copyFixture, runArc } from '../harness/arc.ts'
import { type AwsOptions, type AwsStandIn, startAws } from '../aws/index.ts'
import { type BaseImageOptions, pushBaseImage } from './base-image.ts'
import { type RegistryStandIn, startRegistry } from '../registry/index.ts'

export interface ImageAppOptions {
  /** Folder of a fixture app; default: `greeter`. */
  readonly app?: string
  /** Another app's copy, to be deployed to other stand-ins; it stays its owner's to remove. */
  readonly directory?: string
  readonly aws?: AwsOptions
  /** Another app's cache, whose dependency layers need not be made again. */
  readonly dependenciesOf?: ImageApp
  readonly base?: Omit<BaseImageOptions, 'registry'>
  /** The stand-in of a base has no system in which anything could be started. */
  readonly startCheck?: boolean
}

export interface ImageRun extends ArcRun {
  /** What the account's registry was asked in this run, a line each: `PUT blob 201`. */
  readonly asked: readonly string[]
  /** What it received in bodies: `blob`, `live tag`, `manifest`, sorted. */
  readonly sent: readonly string[]
  /** What AWS was asked in this run, a line each: `ecr:CreateRepository`. */
  readonly calls: readonly string[]
}

type RunOptions = Partial<
  Pick<
    ArcOptions,
    'args' | 'environment' | 'killAt' | 'killWith' | 'architect' | 'preload' | 'limit'
  >
>

export interface TemplateResource {
  readonly Type: string
  readonly Properties: Readonly<Record<string, unknown>>
  /** Architect's own mark on functions. */
  readonly ArcMetadata?: Readonly<Record<string, unknown>>
}

/** A copy of a fixture app with an account, a registry of base images and a cache of its own. */
export interface ImageApp {
  readonly aws: AwsStandIn
  readonly bases: RegistryStandIn
  readonly directory: string
  readonly cache: string
  readonly environment: Readonly<Record<string, string>>
  /** Resources as `arc` handed them to CloudFormation; of the app's only stack. */
  resources(): Readonly<Record<string, TemplateResource>>
  /**
   * Tags of images and of their dependencies in the app's only repository, without those that mark
   * what a stack runs; none when the repository was never made.
   */
  tags(): Promise<readonly string[]>
  /** Those that mark what a stack runs or would roll back to. */
  liveTags(): Promise<readonly string[]>
  /** `arc deploy --no-hydrate`, unless other arguments are given. */
  deploy(options?: RunOptions): Promise<ImageRun>
  /** Every file of the app by its path, with its content, but for what is linked in. */
  files(): Promise<Readonly<Record<string, string>>>
  read(path: string): Promise<string>
  readonly edit: (path: string, change: (text: string) => string) => Promise<void>
  readonly write: (path: string, text: string) => Promise<void>
  mkdir(path: string): Promise<unknown>
  close(): Promise<void>
}

const fixture = join(import.meta.dirname, '../../fixtures/apps/greeter')

/** The real `arc` against stand-ins that are this app's alone. */
export async function openImageApp(options: ImageAppOptions = {}): Promise<ImageApp> {
  const bases = await startRegistry()
  await pushBaseImage({ registry: bases, ...options.base })
  const aws = await startAws({ pollsUntilSettled: 0, baseRegistry: bases, ...options.aws })
  const copy =
    options.directory === undefined
      ? await copyFixture(options.app ?? fixture)
      : { directory: options.directory, remove: async () => {} }
  if (options.startCheck !== true) await switchStartCheckOff(copy.directory)
  const cache = await mkdtemp(join(tmpdir(), 'arc-cache-'))
  for (const part of ['dependencies', 'layers']) {
    if (options.dependenciesOf === undefined) break
    await cp(join(options.dependenciesOf.cache, part), join(cache, part), { recursive: true })
  }
  const { directory } = copy
  const environment = {
    ...aws.environment,
    ARC_CONTAINER_IMAGES_CACHE: cache,
    GREETING: 'Hello',
  }
  return {
    aws,
    bases,
    directory,
    cache,
    environment,
    async deploy(run = {}) {
      const requests = aws.registry.journal.length
      const calls = aws.journal.length
      const done = await runArc({
        app: directory,
        directory,
        args: ['deploy', '--no-hydrate'],
        ...run,
        environment: { ...environment, ...run.environment },
      })
      const journal = aws.registry.journal.slice(requests)
      return {
        ...done,
        asked: journal.map(({ method, path, status }) => `${method} ${kindOf(path)} ${status}`),
        sent: journal
          .filter(({ received }) => received > 0)
          .map(({ path }) => kindOf(path))
          .toSorted(),
        calls: aws.journal.slice(calls).map(({ service, action }) => `${service}:${action}`),
      }
    },
    resources() {
      const [stack] = aws.state.stacks
      if (stack === undefined) throw new Error('nothing was deployed')
      return JSON.parse(stack.deployment.template).Resources
    },
    async tags() {
      return (await tagsOf(aws)).filter((tag) => !tag.startsWith('live-'))
    },
    async liveTags() {
      return (await tagsOf(aws)).filter((tag) => tag.startsWith('live-'))
    },
    async edit(path, change) {
      const file = join(directory, path)
      await writeFile(file, change(await readFile(file, 'utf8')))
    },
    async files() {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true })
      const paths = entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
        .filter((path) => !/^(?:node_modules|plugin)\//.test(path))
      const read = paths.map(
        async (path) => [path, await readFile(join(directory, path), 'utf8')] as const,
      )
      return Object.fromEntries(await Promise.all(read))
    },
    read: (path) => readFile(join(directory, path), 'utf8'),
    write: (path, text) => writeFile(join(directory, path), text),
    mkdir: (path) => mkdir(join(directory, path), { recursive: true }),
    async close() {
      await Promise.all([aws.close(), bases.close(), copy.remove()])
      await rm(cache, { recursive: true, force: true })
    },
  }
}

/** Below all else, so that every line keeps its number. */
async function switchStartCheckOff(directory: string): Promise<void> {
  const file = join(directory, 'app.arc')
  const text = await readFile(file, 'utf8').catch(() => '')
  if (text === '' || text.includes('start-check')) return
  const line = 'start-check off\n'
  const at = /^@images\n(?:.+\n)*/m.exec(text)
  if (at === null) return await writeFile(file, `${text}\n@images\n${line}`)
  const [own] = at[0].split(/^(?=\w[\w-]*\n {2})/m)
  const end = at.index + (own ?? '').length
  await writeFile(file, `${text.slice(0, end)}${line}${text.slice(end)}`)
}

async function tagsOf(aws: AwsStandIn): Promise<readonly string[]> {
  const [name] = Object.keys(aws.state.repositories)
  return name === undefined ? [] : [...(await aws.registry.tags(name)).keys()]
}

function kindOf(path: string): string {
  if (path.includes('/manifests/live-')) return 'live tag'
  if (path.includes('/manifests/')) return 'manifest'
  return path.includes('/blobs/') ? 'blob' : path
}
