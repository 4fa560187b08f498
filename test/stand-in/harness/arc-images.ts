import { once } from 'node:events'
import { join } from 'node:path'

import { execa } from 'execa'

import type { ImageApp } from '../inputs/image-app.ts'
import { plainNode } from './plain-node.ts'

const program = join(import.meta.dirname, '../../../plugin/cli.ts')

export interface CommandRun {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** What AWS was asked in this run, a line each. */
  readonly calls: readonly string[]
}

/** A command that goes on until it is interrupted. */
export interface RunningCommand {
  /** Its next line of JSON on stdout; rejects when it ends before, or after half a minute. */
  readonly next: () => Promise<Readonly<Record<string, unknown>>>
  /** Ctrl-C. Lines that nobody asked for are in `rest`. */
  readonly interrupt: () => Promise<{
    readonly exitCode: number | undefined
    readonly rest: readonly string[]
  }>
}

/** Starts `arc-images`, which is to print lines of JSON, in the folder of an app, against its stand-ins. */
export function startArcImages(app: ImageApp, args: readonly string[]): RunningCommand {
  const running = execa(...plainNode(program, ...args), { ...optionsOf(app), lines: true })
  const lines = running.iterable()
  return {
    async next() {
      const late = AbortSignal.timeout(30_000)
      const line = await Promise.race([lines.next(), once(late, 'abort').then(() => undefined)])
      if (line === undefined || line.done === true) {
        running.kill('SIGKILL')
        throw new Error(
          `No further line of ${args.join(' ')}: ${(await running).stderr.join('\n')}`,
        )
      }
      return JSON.parse(line.value)
    },
    async interrupt() {
      running.kill('SIGINT')
      const rest: string[] = []
      for await (const line of lines) if (line !== '') rest.push(line)
      return { exitCode: (await running).exitCode, rest }
    },
  }
}

/** `arc-images` in the folder of an app, against its stand-ins. */
export async function runArcImages(
  app: ImageApp,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  interrupt?: { readonly signal: AbortSignal; readonly killWith: 'SIGKILL' | 'SIGINT' },
): Promise<CommandRun> {
  const before = app.aws.journal.length
  const { exitCode, stdout, stderr } = await execa(...plainNode(program, ...args), {
    ...optionsOf(app, environment),
    ...(interrupt && { cancelSignal: interrupt.signal, killSignal: interrupt.killWith }),
  })
  const calls = app.aws.journal.slice(before).map(({ service, action }) => `${service}:${action}`)
  return { exitCode, stdout, stderr, calls }
}

function optionsOf(app: ImageApp, environment: Readonly<Record<string, string>> = {}) {
  return {
    cwd: app.directory,
    env: { PATH: process.env['PATH'] ?? '', HOME: app.cache, ...app.environment, ...environment },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
  } as const
}
