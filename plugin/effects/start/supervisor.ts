/**
 * The program that is process 1 of the namespaces in which a function is started. It mounts the
 * image's root, serves the Runtime API on 127.0.0.1:9001 and starts the entry point as Lambda's
 * user. Its first line of input is the order; when its input ends, it ends, and the kernel takes
 * every process and mount with it. What happens goes out as JSON, a line an event.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

import type { StartOrder, SupervisorEvent } from './supervision.ts'
import { mountRoot } from './mount-root.ts'
import { peakMemory } from './peak-memory.ts'
import { serveRuntimeApi } from './runtime-api.ts'

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

async function run(order: StartOrder): Promise<void> {
  try {
    mountRoot(order)
    const api = await serveRuntimeApi({
      onNext: () => tell({ kind: 'next', peakMemory: peakMemory(order.mountPoint) }),
      onInitError: (report) => tell({ kind: 'init-error', report }),
    })
    await api.listen(9001)
  } catch (error) {
    tell({ kind: 'unable', reason: error instanceof Error ? error.message : String(error) })
    return
  }
  tell({ kind: 'ready' })
  if (order.argv.length > 0) start(order)
}

const lines = createInterface({ input: process.stdin })
lines.once('line', (line) => {
  // The order comes from our own process and is written as one.
  const order: StartOrder = JSON.parse(line)
  void run(order)
})
lines.once('close', () => process.exit(0))
process.stdout.once('error', () => process.exit(0))
