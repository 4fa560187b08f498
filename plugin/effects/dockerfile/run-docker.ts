/** How a run of docker ended. */
export interface DockerRun {
  /** `undefined` when it could not be started or was ended by a signal. */
  readonly exitCode: number | undefined
  readonly notStarted: boolean
  /** What it printed last, both streams as they came. */
  readonly output: string
  /** For when it printed nothing. */
  readonly ended: string
}

const keptLines = 4000

/** Runs docker without a shell, and hands over each line while it runs. */
export async function runDocker(
  argv: readonly string[],
  options: {
    readonly environment: Readonly<Record<string, string | undefined>>
    readonly directory: string
    readonly onLine?: (line: string) => void
  },
): Promise<DockerRun> {
  const { execa } = await import('execa')
  const running = execa('docker', argv, {
    cwd: options.directory,
    env: options.environment,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
  })
  const lines: string[] = []
  for await (const line of running.iterable({ from: 'all' })) {
    lines.push(line)
    if (lines.length > 2 * keptLines) lines.splice(0, lines.length - keptLines)
    options.onLine?.(line)
  }
  const { exitCode, signal, code } = await running
  return {
    exitCode,
    notStarted: code === 'ENOENT' || code === 'EACCES',
    output: lines.slice(-keptLines).join('\n'),
    ended:
      exitCode === undefined ? `docker was ended by ${signal ?? code}` : `exit code ${exitCode}`,
  }
}
