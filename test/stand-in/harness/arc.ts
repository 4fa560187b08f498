import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

import { execa } from 'execa'

import { plainNode } from './plain-node.ts'

const root = resolve(import.meta.dirname, '../../..')

export interface ArcOptions {
  /** Folder of a fixture app; it is copied, the copy is what `arc` works on. */
  readonly app: string
  /** `['deploy', '--production']` */
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** An earlier copy to run in again (see `copyFixture`); `app` is then not read. */
  readonly directory?: string
  /** Folder that holds the `@architect/architect` to run; default: this repository. */
  readonly architect?: string
  /** A module that Node loads before `arc`. */
  readonly preload?: string
  /** A limit of the shell's for the run and all that it starts: `ulimit -n 64`. */
  readonly limit?: string
  /** Milliseconds until the run is ended. */
  readonly timeout?: number
  /** Kills the run and all that it started, as a power cut would, once its output has this. */
  readonly killAt?: RegExp
  /** How: default `SIGKILL`; `SIGINT` is what Ctrl-C sends to all of them. */
  readonly killWith?: 'SIGKILL' | 'SIGINT' | 'SIGTERM'
}

export interface ArcRun {
  readonly exitCode: number | undefined
  /** `killAt` was seen. */
  readonly killed: boolean
  readonly stdout: string
  readonly stderr: string
  /** stdout and stderr as they came, for messages of failed tests. */
  readonly output: string
  /** What `--dry-run`, `--eject` and `--debug` leave behind. */
  readonly samTemplate?: SamTemplate
}

export interface SamTemplate {
  readonly Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>
  readonly Outputs: Record<string, unknown>
}

export interface FixtureCopy {
  readonly directory: string
  remove(): Promise<void>
}

/**
 * A fixture in a folder of its own with this repository's packages and plugin beside it:
 * `@plugins container-images` with `src ./plugin/index.ts` works from there.
 */
export async function copyFixture(app: string): Promise<FixtureCopy> {
  const parent = await mkdtemp(join(tmpdir(), 'arc-app-'))
  const directory = join(parent, 'app')
  await cp(app, directory, { recursive: true })
  await symlink(join(root, 'plugin'), join(directory, 'plugin'), 'dir').catch(ignoreExisting)
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'), 'dir').catch(
    ignoreExisting,
  )
  return { directory, remove: () => rm(parent, { recursive: true, force: true }) }
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
}

/** Nothing of the caller's own AWS, home, CI or test runner reaches the run. */
function isolatedEnvironment(home: string): Record<string, string> {
  return {
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    TMPDIR: tmpdir(),
    LANG: 'C.UTF-8',
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_UPDATE_NOTIFIER: '1',
    NO_COLOR: '1',
    // Architect's status lines without their animation.
    CI: 'true',
  }
}

async function readTemplate(directory: string): Promise<SamTemplate | undefined> {
  const text = await readFile(join(directory, 'sam.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : JSON.parse(text)
}

/** Runs the real `arc` as a program of its own, on the Node that runs the test. */
export async function runArc(options: ArcOptions): Promise<ArcRun> {
  const copy = options.directory === undefined ? await copyFixture(options.app) : undefined
  const directory = options.directory ?? copy?.directory ?? ''
  const home = await mkdtemp(join(tmpdir(), 'arc-home-'))
  const architect = options.architect ?? root
  const program = join(architect, 'node_modules/@architect/architect/src/index.js')
  const preload = options.preload === undefined ? [] : ['--import', options.preload]
  try {
    const [node, argv] = plainNode(...preload, program, ...options.args)
    const limited: readonly [string, string[]] = [
      'sh',
      ['-c', `${options.limit} && exec "$@"`, 'sh', node, ...argv],
    ]
    const running = execa(...(options.limit === undefined ? ([node, argv] as const) : limited), {
      cwd: directory,
      env: { ...isolatedEnvironment(home), ...options.environment },
      extendEnv: false,
      reject: false,
      all: true,
      stdin: 'ignore',
      timeout: options.timeout ?? 60_000,
      // A group of its own, so that npm and esbuild can be killed with it.
      detached: options.killAt !== undefined,
    })
    let killed = false
    let seen = ''
    running.all.on('data', (bytes: Buffer) => {
      seen += bytes.toString()
      if (killed || options.killAt?.test(seen) !== true || running.pid === undefined) return
      killed = true
      process.kill(-running.pid, options.killWith ?? 'SIGKILL')
    })
    const run = await running
    const samTemplate = await readTemplate(directory)
    return {
      exitCode: run.exitCode,
      killed,
      stdout: run.stdout,
      stderr: run.stderr,
      output: run.all,
      ...(samTemplate === undefined ? {} : { samTemplate }),
    }
  } finally {
    await Promise.all([copy?.remove(), rm(home, { recursive: true, force: true })])
  }
}
