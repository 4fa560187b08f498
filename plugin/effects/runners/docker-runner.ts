import { randomBytes } from 'node:crypto'
import { join, extname } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { build } from 'esbuild'
import { execa } from 'execa'

import { treeOf } from '../../core/image/image-tree.ts'
import { formatPlatform, platformOf } from '../../oci/platform.ts'
import { dockerArchive, startedName } from './docker-archive.ts'
import { createEventQueue, type EventQueue } from '../runtime/event-queue.ts'
import type { FunctionToStart, ImageToStart, Runner } from './runner.ts'
import type { InvokeOrder, Supervised, SupervisorEvent } from '../runtime/supervision.ts'

type Environment = Readonly<Record<string, string | undefined>>

const program = join(import.meta.dirname, `docker-supervisor${extname(import.meta.filename)}`)

/**
 * Starts functions in Docker's containers, where namespaces are forbidden or not to be had. Nothing
 * is pulled: Docker gets the layers that were verified.
 * @returns the reason why that is not possible here
 */
export async function dockerRunner(
  environment: Environment,
): Promise<Runner | { readonly unable: string }> {
  const docker = { env: environment, extendEnv: false, reject: false } as const
  const asked = await execa('docker', ['version', '--format', '{{.Server.Os}}'], docker)
  if (asked.exitCode !== 0) return { unable: 'Docker does not answer' }
  if (asked.stdout !== 'linux') return { unable: `Docker runs ${asked.stdout} containers` }
  return {
    name: 'docker',
    async prepare(image) {
      const name = startedName(image)
      await execa('docker', ['load', '--quiet'], {
        env: environment,
        extendEnv: false,
        input: Readable.from(dockerArchive(image), { objectMode: false }),
      })
      const [node, script] = await Promise.all([findNode(image), bundledSupervisor()])
      return {
        start: (lambda) => superviseInDocker({ image, name, node, script, lambda, environment }),
        close: async () => void (await execa('docker', ['image', 'rm', '--force', name], docker)),
      }
    },
  }
}

/** The Runtime API is served by the image's own Node. */
async function findNode({ layers, config }: ImageToStart): Promise<string | undefined> {
  const tree = treeOf(await Promise.all(layers.map((layer) => layer.entries())))
  const path = config.config?.Env?.find((variable) => variable.startsWith('PATH='))?.slice(5)
  return ['/var/lang/bin', ...(path?.split(':') ?? []), '/usr/local/bin', '/usr/bin']
    .map((folder) => `${folder}/node`)
    .find((file) => tree.find(file)?.node.kind === 'file')
}

/** One text, since a folder of this machine cannot be had in every Docker's containers. */
async function bundledSupervisor(): Promise<string> {
  const options = { bundle: true, write: false, platform: 'node', format: 'cjs' } as const
  const { outputFiles } = await build({ ...options, entryPoints: [program], target: 'node18' })
  return outputFiles[0]?.text ?? ''
}

function superviseInDocker(options: {
  readonly image: ImageToStart
  readonly name: string
  readonly node: string | undefined
  readonly script: string
  readonly lambda: FunctionToStart
  readonly environment: Environment
}): Supervised {
  const { image, name, node, script, lambda, environment } = options
  const id = `arc-start-check-${randomBytes(6).toString('hex')}`
  const docker = { env: environment, extendEnv: false, reject: false } as const
  const locked = '--rm --read-only --cap-drop=ALL --security-opt=no-new-privileges --ulimit=core=0'
    .split(' ')
    .concat(`--platform=${formatPlatform(platformOf(image.architecture))}`)

  let hand: (order: InvokeOrder) => void = () => {}

  async function* events(): AsyncGenerator<SupervisorEvent, void> {
    if (node === undefined) {
      yield { kind: 'unable', reason: 'the image has no Node to serve the Runtime API' }
      return
    }
    const api = execa(
      'docker',
      [
        'run',
        '--interactive',
        `--name=${id}`,
        ...(lambda.openNetwork === true ? [] : ['--network=none']),
        '--user=0:0',
        ...locked,
        `--entrypoint=${node}`,
        name,
        '-e',
        script,
      ],
      { ...docker, stdin: 'pipe', buffer: false },
    )
    hand = (order) => void api.stdin.write(`${JSON.stringify(order)}\n`)
    const queue = createEventQueue()
    const lines = createInterface({ input: api.stdout })
    lines.on('line', (line) => {
      const event: SupervisorEvent = JSON.parse(line)
      queue.push(event)
      if (event.kind === 'ready') void startFunction(queue)
    })
    void api.then(({ stderr, exitCode }) =>
      queue.push({ kind: 'unable', reason: `the Runtime API ended (${exitCode}) ${stderr ?? ''}` }),
    )
    yield* queue.events()
  }

  async function startFunction(queue: EventQueue): Promise<void> {
    const [entry = '', ...more] = lambda.argv
    // By name where that is possible: what is on a command line everybody may read.
    const own = Object.entries(lambda.environment)
    const variables = own.map(([key, value]) =>
      key in environment ? `--env=${key}=${value}` : `--env=${key}`,
    )
    const child = execa(
      'docker',
      [
        'run',
        `--name=${id}-function`,
        ...locked,
        `--network=container:${id}`,
        `--pid=container:${id}`,
        '--ipc=none',
        '--tmpfs=/tmp:rw,exec,mode=1777,size=512m',
        '--user=993:990',
        `--workdir=${lambda.workingDirectory}`,
        ...variables,
        `--entrypoint=${entry}`,
        name,
        ...more,
      ],
      {
        ...docker,
        env: { ...lambda.environment, ...environment },
        stdin: 'ignore',
        all: true,
        buffer: false,
      },
    )
    child.all.on('data', (chunk: Buffer) => queue.push({ kind: 'output', text: chunk.toString() }))
    const { exitCode, signal } = await child
    // Docker's own failure, and not the function's.
    if (exitCode === 125) queue.push({ kind: 'unable', reason: 'Docker could not start it' })
    else queue.push({ kind: 'exit', code: exitCode ?? null, signal: signal ?? null })
  }

  return {
    events: events(),
    invoke: (order) => hand(order),
    close: async () =>
      void (await execa('docker', ['rm', '--force', `${id}-function`, id], docker)),
  }
}
