import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { execa } from 'execa'

/** What one command took. */
export interface TimedRun {
  readonly seconds: number
  /** Of the process and of all its children that it waited for. */
  readonly cpuSeconds: number
  /** Of the largest process. */
  readonly peakBytes: number
}

/** Runs a command under GNU time: Node knows nothing of what its children's children took. */
export async function timedRun(
  command: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<TimedRun> {
  const folder = await mkdtemp(join(tmpdir(), 'timed-'))
  const file = join(folder, 'time')
  try {
    const started = performance.now()
    await execa('time', ['-o', file, '-f', '%U %S %M', ...command], {
      ...options,
      extendEnv: false,
      stdin: 'ignore',
    })
    const seconds = (performance.now() - started) / 1000
    const [user = NaN, system = NaN, kilobytes = NaN] = (await readFile(file, 'utf8'))
      .trim()
      .split(' ')
      .map(Number)
    return { seconds, cpuSeconds: user + system, peakBytes: kilobytes * 1024 }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
