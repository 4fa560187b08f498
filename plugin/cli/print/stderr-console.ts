import type { Console } from '../../effects/architect/console.ts'
import { redact } from '../../effects/secrets/known-secrets.ts'
import { formatBytes } from '../../core/basics/format-bytes.ts'
import type { ProgressEvent } from '../../ports/progress.ts'

/** What takes a while, where nothing is sent anywhere. */
const verbs: Partial<Record<ProgressEvent['step'], string>> = {
  install: 'Installing the packages of',
  build: 'Docker builds',
  blob: 'Fetching the base of',
}

/** Bytes; less is there before anybody has read the line. */
const worthALine = 10_000_000

/** For commands whose answer alone goes to stdout: a line on stderr for what takes a while. */
export function createStderrConsole(): Console {
  const said = new Set<string>()
  const write = (line: string): void => void process.stderr.write(`${redact(line)}\n`)
  return {
    progress({ image, step, state, detail, total }) {
      const verb = step === 'blob' && detail !== 'base' ? undefined : verbs[step]
      if (verb === undefined || state !== 'start' || (total ?? Infinity) < worthALine) return
      const line = `${verb} ${image}`
      if (said.has(line)) return
      said.add(line)
      write(total === undefined ? line : `${line}: ${formatBytes(total)}`)
    },
    status: () => {},
    done: () => {},
    details: () => {},
    warn: (message) => write(`Warning: ${message}`),
    buildOutput: (image, line) => write(`${image} | ${line}`),
    stop: () => {},
  }
}
