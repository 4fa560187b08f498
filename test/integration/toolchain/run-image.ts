import { execa } from 'execa'
import { randomBytes } from 'node:crypto'

import { startRuntimeApi, type Invocation } from '../../stand-in/lambda/runtime-api.ts'
import type { RunningFunction } from '../../stand-in/lambda/start-function.ts'
import type { Docker } from './docker.ts'

/** A function's `ImageConfig`, with CloudFormation's own keys. */
export interface ImageConfig {
  readonly EntryPoint: readonly string[]
  readonly Command: readonly string[]
  readonly WorkingDirectory: string
}

export interface ImageRun {
  readonly docker: Docker
  /** As the daemon reaches it; a digest where a template gives one. */
  readonly image: string
  readonly architecture: 'arm64' | 'x86_64'
  readonly imageConfig: ImageConfig
  readonly environment?: Readonly<Record<string, string>>
  readonly memorySize?: number
  /** How long Lambda would let one event take; qemu is slow. Default 60 s. */
  readonly timeoutMs?: number
  /** Folders of the machine that the function may write to, by their path inside. */
  readonly volumes?: Readonly<Record<string, string>>
}

/** docker's words for the two architectures. */
export const platforms = { arm64: 'linux/arm64', x86_64: 'linux/amd64' } as const

/**
 * Runs an image as Lambda would: read-only root, `/tmp` as the one place to write, an unprivileged
 * user, Lambda's variables, the ImageConfig in full, events from a Runtime API of this machine. An
 * arm64 image on an x86_64 machine runs under qemu.
 */
export async function startImage(run: ImageRun): Promise<RunningFunction> {
  const api = await startRuntimeApi({ timeoutMs: run.timeoutMs ?? 60_000 })
  const name = `function-${randomBytes(4).toString('hex')}`
  const [entryPoint = '', ...entryArguments] = run.imageConfig.EntryPoint
  const environment = { ...lambdaEnvironment(run, api.host), ...run.environment }
  const child = execa(
    'docker',
    [
      'run',
      '--rm',
      '--quiet',
      '--name',
      name,
      '--platform',
      platforms[run.architecture],
      '--read-only',
      '--tmpfs',
      '/tmp:rw,exec,mode=1777,size=512m',
      '--network',
      'host',
      '--user',
      '993:990',
      '--workdir',
      run.imageConfig.WorkingDirectory,
      ...Object.entries(run.volumes ?? {}).flatMap(([path, from]) => ['-v', `${from}:${path}`]),
      ...Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      '--entrypoint',
      entryPoint,
      run.image,
      ...entryArguments,
      ...run.imageConfig.Command,
    ],
    { env: run.docker.environment, stdin: 'ignore', all: true, buffer: false, reject: false },
  )
  let output = ''
  child.all.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const end = async (): Promise<void> => {
    const { exitCode, signal } = await child
    api.fail(`The container ended with ${exitCode ?? signal}. ${output.trim()}`)
  }
  const gone = end()
  return {
    invoke: (event) => api.invoke(event),
    output: () => output,
    async stop() {
      await execa('docker', ['kill', name], { env: run.docker.environment, reject: false })
      await gone
      await api.close()
    },
  }
}

/** One sandbox, these events in turn; the container is gone afterwards. */
export async function runImage(
  run: ImageRun & { readonly events: readonly unknown[] },
): Promise<{ readonly invocations: readonly Invocation[]; readonly output: string }> {
  const running = await startImage(run)
  try {
    const invocations: Invocation[] = []
    for (const event of run.events) invocations.push(await running.invoke(event))
    return { invocations, output: running.output() }
  } finally {
    await running.stop()
  }
}

/** AWS's runtime client ends without a word when one of these is not there. */
function lambdaEnvironment(run: ImageRun, host: string): Record<string, string> {
  return {
    AWS_LAMBDA_RUNTIME_API: host,
    AWS_LAMBDA_FUNCTION_NAME: 'function',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(run.memorySize ?? 1024),
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/function',
    AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
    AWS_REGION: 'us-west-2',
    AWS_DEFAULT_REGION: 'us-west-2',
    LAMBDA_TASK_ROOT: '/var/task',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
  }
}
