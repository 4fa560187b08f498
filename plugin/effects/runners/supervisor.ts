/**
 * The program that is process 1 of the namespaces in which a function is started. It mounts the
 * image's root, serves the Runtime API on the loopback and starts the entry point as Lambda's user.
 * Its first line of input is the order, further ones are events for the function; when its input
 * ends, it ends, and the kernel takes every process and mount with it. What happens goes out as
 * JSON, a line an event.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

import type { InvokeOrder, StartOrder, SupervisorEvent } from '../runtime/supervision.ts'
import { mountRoot } from '../runtime/mount-root.ts'
import { peakMemory } from '../runtime/peak-memory.ts'
import { serveRuntimeApi } from '../runtime/runtime-api.ts'

const lambdaUser = 993
const lambdaGroup = 990

function tell(event: SupervisorEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

/** `unshare` enters the root and becomes Lambda's user; as root there is no namespace to hide in. */
function starter({ asRoot, mountPoint, workingDirectory }: StartOrder): readonly string[] {
  const user = asRoot
    ? [`--setgid=${lambdaGroup}`, `--setuid=${lambdaUser}`]
    : ['--user', `--map-user=${lambdaUser}`, `--map-group=${lambdaGroup}`]
  const limit = ['prlimit', '--core=0', '--nofile=1024', '--']
  const bind = ['setpriv', '--no-new-privs', '--']
  const enter = ['unshare', ...user, `--root=${mountPoint}`, `--wd=${workingDirectory}`, '--']
  return [...limit, ...bind, ...enter]
}

function start(order: StartOrder): void {
  const [program = '', ...argv] = [...starter(order), ...order.argv]
  const child = spawn(program, argv, {
    env: order.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => tell({ kind: 'output', text }))
  }
  child.on('error', (error) => tell({ kind: 'unable', reason: error.message }))
  child.on('close', (code, signal) => tell({ kind: 'exit', code, signal }))
}

let handOut: ((order: InvokeOrder) => void) | undefined

async function run(order: StartOrder): Promise<void> {
  let { environment } = order
  try {
    mountRoot(order)
    const api = await serveRuntimeApi({
      onNext: () => tell({ kind: 'next', peakMemory: peakMemory(order.mountPoint) }),
      onInitError: (report) => tell({ kind: 'init-error', report }),
      onAnswer: tell,
    })
    handOut = api.invoke
    // Only a network of its own has Lambda's port for itself.
    const port = await api.listen(order.openNetwork === true ? 0 : 9001)
    if (order.openNetwork === true)
      environment = { ...environment, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` }
  } catch (error) {
    tell({ kind: 'unable', reason: error instanceof Error ? error.message : String(error) })
    return
  }
  tell({ kind: 'ready' })
  if (order.argv.length > 0) start({ ...order, environment })
}

const lines = createInterface({ input: process.stdin })
lines.once('line', (line) => {
  // All lines come from our own process and are written as such.
  const order: StartOrder = JSON.parse(line)
  lines.on('line', (next) => {
    const invocation: InvokeOrder = JSON.parse(next)
    handOut?.(invocation)
  })
  void run(order)
})
lines.once('close', () => process.exit(0))
process.stdout.once('error', () => process.exit(0))
