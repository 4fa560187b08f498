import { type ChildProcess, spawn } from 'node:child_process'
import { extname, join } from 'node:path'
import { createInterface } from 'node:readline'

import type { StartOrder, Supervised, SupervisorEvent } from '../runtime/supervision.ts'

const program = join(import.meta.dirname, `supervisor${extname(import.meta.filename)}`)

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Starts the supervisor in namespaces of its own. As root there is no user namespace, since what
 * looks like Lambda's user inside would be the real root; an ordinary user needs one. Its network
 * namespace is made after the user's ids are mapped, else it would belong to nobody.
 * @param directory where the order's paths start
 */
export function superviseInNamespaces(order: StartOrder, directory: string): Supervised {
  const apart = ['--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child']
  const isShut = order.openNetwork !== true
  const unshare = order.asRoot
    ? [...apart, ...(isShut ? ['--net'] : []), '--']
    : ['--user', '--map-root-user', ...apart, '--', ...(isShut ? ['unshare', '--net', '--'] : [])]
  const supervisor = [process.execPath, '--disable-sigusr1', program]
  // Nothing of the deploy's environment, which has credentials, goes in; `env` sees to it even where
  // hooks of Node add variables to whatever is started, as test runners' do.
  const child = spawn('env', ['-i', `PATH=${path}`, 'unshare', ...unshare, ...supervisor], {
    cwd: directory,
    env: { PATH: path },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => undefined)
  child.stdin.write(`${JSON.stringify(order)}\n`)
  return {
    events: eventsOf(child),
    invoke: (event) => void child.stdin.write(`${JSON.stringify(event)}\n`),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGKILL')
      await gone
    },
  }
}

async function* eventsOf(child: ChildProcess): AsyncGenerator<SupervisorEvent, void> {
  let complaint = ''
  child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  // What it complains of may come after the end of what it says.
  const closed = new Promise((resolve) => child.once('close', resolve))
  const notStarted = new Promise<SupervisorEvent>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'unable', reason: error.message }))
  })
  const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]()
  for (;;) {
    const line = lines.next()
    const next = await Promise.race([line, notStarted])
    if ('kind' in next) {
      yield next
      return
    }
    if (next.done === true) break
    yield parseEvent(next.value)
  }
  await closed
  yield { kind: 'unable', reason: complaint.trim() || 'the supervisor ended without a word' }
}

/** The supervisor is ours, and what the function prints comes inside of its lines. */
function parseEvent(line: string): SupervisorEvent {
  const event: SupervisorEvent = JSON.parse(line)
  return event
}
