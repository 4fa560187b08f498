import { spawn } from 'node:child_process'
import { extname, join } from 'node:path'

import { createEventQueue, type EventQueue } from './event-queue.ts'
import { peakOf } from './peak-memory.ts'
import { serveRuntimeApi } from './runtime-api.ts'
import type { Supervised } from './supervision.ts'

/** A function outside of any image. */
export interface FunctionOnNode {
  /** What takes the place of /var/task. */
  readonly taskRoot: string
  /** Node's major version of the function's runtime, whose rules its handler follows. */
  readonly nodeVersion: number
  readonly environment: Readonly<Record<string, string>>
}

const program = join(import.meta.dirname, `node-client${extname(import.meta.filename)}`)

/** A module is what its name and its package.json say, as Lambda's start script has it. */
const lambdaFlags = ['--no-experimental-require-module', '--no-experimental-detect-module'].filter(
  (flag) => process.allowedNodeEnvironmentFlags.has(flag),
)

/** Starts a function on this machine's own Node, without an image and without walls around it. */
export function superviseOnNode(lambda: FunctionOnNode): Supervised {
  const queue = createEventQueue()
  const api = serve(lambda, queue)
  api.catch((error: unknown) => queue.push({ kind: 'unable', reason: String(error) }))
  return {
    events: queue.events(),
    invoke: (order) => void api.then(({ invoke }) => invoke(order)),
    close: async () => (await api).close(),
  }
}

async function serve({ taskRoot, nodeVersion, environment }: FunctionOnNode, queue: EventQueue) {
  let id: string | undefined
  const api = await serveRuntimeApi({
    onNext: () => queue.push({ kind: 'next', ...memoryOf(id) }),
    onInitError: (report) => queue.push({ kind: 'init-error', report }),
    onAnswer: (event) => queue.push(event),
  })
  const port = await api.listen(0)
  queue.push({ kind: 'ready' })
  const own = { LAMBDA_TASK_ROOT: taskRoot, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` }
  const child = spawn(process.execPath, [...lambdaFlags, program, String(nodeVersion)], {
    cwd: taskRoot,
    env: { ...environment, ...own },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  id = child.pid === undefined ? undefined : String(child.pid)
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => queue.push({ kind: 'output', text }))
  }
  child.once('error', (error) => queue.push({ kind: 'unable', reason: error.message }))
  const gone = new Promise<void>((resolve) => {
    child.once('error', () => resolve())
    child.once('close', (code, signal) => {
      queue.push({ kind: 'exit', code, signal })
      resolve()
    })
  })
  return {
    invoke: api.invoke,
    async close() {
      child.kill('SIGKILL')
      await gone
      api.close()
    },
  }
}

/** Only Linux tells. */
function memoryOf(id: string | undefined): { readonly peakMemory?: number } {
  const peakMemory = id === undefined ? 0 : peakOf('/', id)
  return peakMemory === 0 ? {} : { peakMemory }
}
