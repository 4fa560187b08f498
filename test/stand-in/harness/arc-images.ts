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

/** `arc-images` in the folder of an app, against its stand-ins. */
export async function runArcImages(
  app: ImageApp,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  interrupt?: { readonly signal: AbortSignal; readonly killWith: 'SIGKILL' | 'SIGINT' },
): Promise<CommandRun> {
  const before = app.aws.journal.length
  const { exitCode, stdout, stderr } = await execa(...plainNode(program, ...args), {
    cwd: app.directory,
    env: { PATH: process.env['PATH'] ?? '', HOME: app.cache, ...app.environment, ...environment },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
    ...(interrupt && { cancelSignal: interrupt.signal, killSignal: interrupt.killWith }),
  })
  const calls = app.aws.journal.slice(before).map(({ service, action }) => `${service}:${action}`)
  return { exitCode, stdout, stderr, calls }
}
