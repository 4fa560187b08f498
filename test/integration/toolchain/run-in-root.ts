import { spawn } from 'node:child_process'
import { join } from 'node:path'

import { isRecord } from '../../../plugin/core/basics/is-record.ts'
import { startRuntimeApi } from '../../stand-in/lambda/runtime-api.ts'
import type { RunningFunction } from '../../stand-in/lambda/start-function.ts'

/** What somebody else says of a function: how it answers one event. */
export type Answer =
  | { readonly kind: 'answered'; readonly payload: Buffer }
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string }

export interface RootRun {
  /** Folder in which the layers lie, and their names, the topmost first. */
  readonly folder: string
  readonly layers: readonly string[]
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** Lays the layers over one another, read-only, and becomes Lambda's user in them. */
const enter = `
set -e
mount -t overlay overlay -o "ro,lowerdir=$1" mount-point
mount -t tmpfs -o mode=1777 tmpfs mount-point/tmp
mount -t proc proc mount-point/proc
mount --rbind /dev mount-point/dev
if [ -n "$2" ]; then mkdir mount-point/tmp/rie; mount --bind "$2" mount-point/tmp/rie; fi
shift 2
# Not by exec: the emulator does not get along with being process 1.
code=0
chroot --userspec=993:990 mount-point /usr/bin/env -i -C /var/task "$@" || code=$?
exit $code
`

function start(run: RootRun, emulator: string, argv: readonly string[]) {
  const unshare = ['--mount', '--pid', '--fork', '--kill-child', '--', 'sh', '-c', enter, 'sh']
  const variables = Object.entries(run.environment).map(([name, value]) => `${name}=${value}`)
  const words = [run.layers.join(':'), emulator, ...variables, ...argv]
  const child = spawn('unshare', [...unshare, ...words], {
    cwd: run.folder,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  }
  const gone = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, gone, output: () => output }
}

let port = 18_100

/** AWS's own emulator in front of the function, as it stands in AWS's base images. */
export async function askEmulator(run: RootRun, emulator: string, event = '{}'): Promise<Answer> {
  port += 2
  const [web, api] = [`127.0.0.1:${port}`, `127.0.0.1:${port + 1}`]
  const program = [
    `/tmp/rie/${emulator.split('/').at(-1)}`,
    '--runtime-interface-emulator-address',
    web,
    '--runtime-api-address',
    api,
    ...run.argv,
  ]
  const { AWS_LAMBDA_RUNTIME_API: _, ...environment } = run.environment
  const running = start({ ...run, environment }, join(emulator, '..'), program)
  try {
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      const response = await fetch(`http://${web}/2015-03-31/functions/function/invocations`, {
        method: 'POST',
        body: event,
        signal: AbortSignal.timeout(30_000),
      }).catch(() => undefined)
      if (response !== undefined) {
        const payload = Buffer.from(await response.arrayBuffer())
        const text = payload.toString()
        // Its own words come by another way than its answer.
        if (!response.ok && text === '') await new Promise((resolve) => setTimeout(resolve, 300))
        return answerOf(response.ok, payload, running.output())
      }
      if (running.child.exitCode !== null) throw new Error(running.output())
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`AWS's emulator does not answer. ${running.output()}`)
  } finally {
    running.child.kill('SIGKILL')
    await running.gone
  }
}

/** The stand-in of the Runtime API that the other suites use. */
export async function askStandIn(run: RootRun): Promise<Answer> {
  const running = await startInRoot(run)
  try {
    const { error, payload } = await running.invoke({})
    if (error === undefined) return { kind: 'answered', payload }
    const { errorType, errorMessage } = error
    return { kind: 'error', errorType, errorMessage }
  } finally {
    await running.stop()
  }
}

/**
 * A function that waits for events of the stand-in.
 * @param timeoutMs how long it is told that it may take for one
 */
export async function startInRoot(run: RootRun, timeoutMs = 60_000): Promise<RunningFunction> {
  const api = await startRuntimeApi({ timeoutMs })
  const environment = { ...run.environment, AWS_LAMBDA_RUNTIME_API: api.host }
  const running = start({ ...run, environment }, '', run.argv)
  void running.gone.then((code) => api.fail(`The process ended with ${code}.`))
  return {
    invoke: (event) => api.invoke(event),
    output: running.output,
    async stop() {
      running.child.kill('SIGKILL')
      await running.gone
      await api.close()
    },
  }
}

/** The function's own answer, the error that its client reported, else the emulator's own words. */
function answerOf(ok: boolean, payload: Buffer, log: string): Answer {
  const text = payload.toString()
  const [, own] = /First fatal error stored in appctx: (Runtime\.\w+)/.exec(log) ?? []
  const told = parseJson(text)
  if (isRecord(told) && typeof told['errorType'] === 'string') {
    const { errorType, errorMessage } = told
    return { kind: 'error', errorType, errorMessage: String(errorMessage) }
  }
  if (ok && own === undefined) return { kind: 'answered', payload }
  return { kind: 'error', errorType: own ?? text, errorMessage: text }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
