import { spawnSync } from 'node:child_process'

import { isInterrupted } from '../architect/fail-if-interrupted.ts'
import { redact } from '../secrets/known-secrets.ts'

export interface LastWordOptions {
  /** The program of `arc-images`. */
  readonly program: string
  readonly stackName: string
  readonly directory: string
  /** Only an operation that began after this, in milliseconds by AWS's clock. */
  readonly after: number
  /** Milliseconds; default ten seconds. */
  readonly timeout?: number
  readonly write?: (text: string) => void
}

/**
 * Says at the end of the process why CloudFormation failed, if it ends with an error. Architect ends
 * it by `process.exit` as soon as an update rolls back, where nothing can be awaited: so
 * another process asks.
 */
export function giveLastWord(options: LastWordOptions): void {
  process.on('exit', (code) => {
    if (code !== 0 && !isInterrupted(code)) sayWhy(options)
  })
}

/** Nothing when nothing was begun after that time. */
export function sayWhy({
  program,
  stackName,
  directory,
  after,
  timeout = 10_000,
  write = (text) => void process.stdout.write(text),
}: LastWordOptions): void {
  const since = new Date(after).toISOString()
  const call = [program, 'diagnose', '--stack', stackName, '--since', since]
  const { stdout, stderr, error } = spawnSync(process.execPath, call, {
    cwd: directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
  })
  const refusal = error === undefined ? stderr.trim() : `no answer in ${timeout / 1000} s.`
  if (stdout !== '') write(`\n${stdout}`)
  else if (refusal !== '') {
    const again = `'arc-images diagnose --stack ${stackName}' asks again`
    write(`\nWhy CloudFormation failed is not known: ${redact(refusal)}\n${again}.\n`)
  }
}
