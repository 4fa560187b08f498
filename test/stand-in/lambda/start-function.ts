import { spawn } from 'node:child_process'
import { dirname, isAbsolute, join } from 'node:path'

import { startRuntimeApi, type Invocation } from './runtime-api.ts'

/** A function's process that waits for events, as in a warm Lambda sandbox. */
export interface RunningFunction {
  invoke(event: unknown): Promise<Invocation>
  /** What it wrote to stdout and stderr so far. */
  output(): string
  stop(): Promise<void>
}

export interface FunctionProcess {
  readonly argv: readonly string[]
  readonly workingDirectory: string
  readonly taskRoot: string
  /** `http/get-index/index.handler`; a client that is started without an entry script needs it. */
  readonly handler: string
  readonly environment?: Readonly<Record<string, string>>
}

/** Starts any runtime client on a Runtime API of its own, with only the variables Lambda has. */
export async function startFunctionProcess(options: FunctionProcess): Promise<RunningFunction> {
  const api = await startRuntimeApi()
  const [program = ''] = options.argv
  const nodeOptions = options.environment?.['NODE_OPTIONS']
  // tap puts hooks of its own into NODE_OPTIONS of whatever a test starts.
  const own = nodeOptions === undefined ? ['-u', 'NODE_OPTIONS'] : [`NODE_OPTIONS=${nodeOptions}`]
  const child = spawn('env', [...own, ...options.argv], {
    cwd: options.workingDirectory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      LANG: 'en_US.UTF-8',
      TZ: 'UTC',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'stand-in',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/stand-in',
      AWS_LAMBDA_LOG_STREAM_NAME: 'stand-in',
      AWS_LAMBDA_RUNTIME_API: api.host,
      LAMBDA_TASK_ROOT: options.taskRoot,
      _HANDLER: options.handler,
      ...options.environment,
    },
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const gone = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      api.fail(`${program} does not start: ${error.message}`)
      resolve()
    })
    child.on('close', (code, signal) => {
      api.fail(`The function's process ended with ${code ?? signal}. ${output.trim()}`)
      resolve()
    })
  })
  return {
    invoke: (event) => api.invoke(event),
    output: () => output,
    async stop() {
      child.kill('SIGKILL')
      await gone
      await api.close()
    },
  }
}

/** An image that was unpacked into a folder, and the ImageConfig that a function gives it. */
export interface UnpackedImage {
  readonly root: string
  readonly entryPoint: readonly string[]
  readonly command: readonly string[]
  readonly workingDirectory: string
  readonly environment?: Readonly<Record<string, string>>
}

/**
 * Starts a function the way Lambda does: entry point with the command as its arguments. There is no
 * chroot, so the stand-in's entry script finds its parts by LAMBDA_RUNTIME_DIR and LAMBDA_TASK_ROOT.
 */
export function startFunction(image: UnpackedImage): Promise<RunningFunction> {
  const [program = '', ...args] = image.entryPoint
  const inside = (path: string): string => join(image.root, path)
  return startFunctionProcess({
    argv: [isAbsolute(program) ? inside(program) : program, ...args, ...image.command],
    workingDirectory: inside(image.workingDirectory),
    taskRoot: inside('/var/task'),
    handler: image.command[0] ?? '',
    environment: {
      LAMBDA_RUNTIME_DIR: inside('/var/runtime'),
      ...image.environment,
      ...loadedInside(image),
    },
  })
}

/** Node is told of files by their path in the image; here they are below its folder. */
function loadedInside({ root, environment = {} }: UnpackedImage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment)
      .filter(([name]) => name === 'NODE_OPTIONS' || name === 'NODE_PATH')
      .map(([name, value]) => [name, value.replaceAll(/(?<=^|[ :="])\/(?=opt|var)/g, `${root}/`)]),
  )
}

/** One event to a cold function; its process is gone afterwards. */
export async function invokeFunction(
  image: UnpackedImage & { readonly event: unknown },
): Promise<Invocation> {
  const running = await startFunction(image)
  try {
    return await running.invoke(image.event)
  } finally {
    await running.stop()
  }
}
