import { certificateAdvice } from '../../core/basics/certificate-advice.ts'
import { parseFetchAttempt } from '../../core/dependencies/fetch-attempt.ts'

/** How a run of npm or pnpm ended. */
export interface ToolRun {
  readonly failed: boolean
  /** Both streams as they came, the last lines of them. */
  readonly output: string
  /** For when it said nothing. */
  readonly ended: string
}

const keptLines = 4000
/** Milliseconds that a registry may fail without one success between, of any package. */
const longestTrouble = 180_000

/**
 * Runs npm or pnpm and watches how their requests go. Both try again without a word, each package by
 * itself: that is told, and it ends where trying again is of no use, as with a certificate that
 * nobody knows, or when nothing has come for minutes.
 * @param onTrouble told once for each host and reason
 */
export async function runTool(
  program: string,
  args: readonly string[],
  options: {
    readonly cwd: string
    readonly env: Readonly<Record<string, string>>
    readonly onTrouble: (text: string) => void
    readonly longest?: number
  },
): Promise<ToolRun> {
  const { cwd, env, onTrouble, longest = longestTrouble } = options
  const { execa } = await import('execa')
  const running = execa(program, args, {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    all: true,
    buffer: false,
    // What it started and lives on, such as a proxy's helper, must not hold us.
    forceKillAfterDelay: 2000,
  })
  const lines: string[] = []
  const told = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const end = () => running.kill()
  for await (const line of running.iterable({ from: 'all' })) {
    lines.push(line)
    if (lines.length > 2 * keptLines) lines.splice(0, lines.length - keptLines)
    const attempt = parseFetchAttempt(line)
    if (attempt === undefined) continue
    clearTimeout(timer)
    timer = undefined
    if (attempt.kind === 'done') continue
    const { host, code } = attempt
    const text = `${host}: ${code}, asking again`
    if (certificateAdvice(code) !== undefined) end()
    else if (!told.has(text)) onTrouble(text)
    told.add(text)
    timer = setTimeout(end, longest)
  }
  clearTimeout(timer)
  const { failed, shortMessage = '' } = await running
  return { failed, output: lines.slice(-keptLines).join('\n'), ended: shortMessage }
}
