import { execa } from 'execa'
import { setTimeout } from 'node:timers/promises'

export interface StartedServer {
  /** What the expression found in the program's output. */
  readonly ready: RegExpExecArray
  readonly pid: number
  output(): string
  stop(): Promise<void>
}

/**
 * Starts a program that serves until it is stopped, and waits until its output says that it does.
 * It ends with this process, even one that is killed.
 */
export async function startServer(
  argv: readonly string[],
  options: {
    readonly ready: RegExp
    readonly environment?: Readonly<Record<string, string>>
    readonly timeoutMs?: number
  },
): Promise<StartedServer> {
  const child = execa('setpriv', ['--pdeathsig', 'TERM', ...argv], {
    env: { ...options.environment },
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
    forceKillAfterDelay: 20_000,
  })
  let output = ''
  const said = new Promise<RegExpExecArray>((resolve) => {
    child.all.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const match = options.ready.exec(output)
      if (match !== null) resolve(match)
    })
  })
  const ended = async (): Promise<never> => {
    const { exitCode, signal, message } = await child
    const how = `${argv[0]} ended (${exitCode ?? signal ?? message})`
    throw new Error(`${how}: ${output.slice(-4000)}`)
  }
  const late = new AbortController()
  const tooLate = async (): Promise<never> => {
    await setTimeout(options.timeoutMs ?? 60_000, undefined, { signal: late.signal })
    throw new Error(`${argv[0]} is not ready in time: ${output.slice(-4000)}`)
  }
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await child
  }
  try {
    const ready = await Promise.race([said, ended(), tooLate()])
    return { ready, pid: child.pid ?? 0, output: () => output, stop }
  } catch (error) {
    await stop()
    throw error
  } finally {
    late.abort()
  }
}
