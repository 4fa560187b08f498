/**
 * From a save to "Lambda has it", by `arc-images sync --watch` against stand-ins on loopback: one
 * function of two in an image is changed, several times. `node bench/sync.ts [--start-check]`.
 * Prints medians in milliseconds; Lambda's own time and what comes after it are not counted.
 */
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'

import { execa } from 'execa'

import { openImageApp } from '../test/stand-in/inputs/image-app.ts'

const saves = 5
const program = join(import.meta.dirname, '../plugin/cli.ts')
const app = await openImageApp({ startCheck: process.argv.includes('--start-check') })
const deployed = await app.deploy()
if (deployed.exitCode !== 0) throw new Error(deployed.output)

const watching = execa('node', [program, 'sync', '--watch', '--json'], {
  cwd: app.directory,
  env: { ...app.environment, HOME: app.cache },
  reject: false,
  stderr: 'inherit',
})
const lines = createInterface({ input: watching.stdout })[Symbol.asyncIterator]()

async function nextLine(): Promise<Record<string, unknown>> {
  const { value, done } = await lines.next()
  if (done === true) throw new Error('the watch ended')
  return JSON.parse(value)
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

await nextLine()
const file = 'src/http/get-greet-000name/index.mjs'
const before = await app.read(file)
const rounds: Record<string, number>[] = []
// The first save warms what the process keeps, and is not counted.
for (let save = 0; save <= saves; save++) {
  await new Promise((resolve) => setTimeout(resolve, 500))
  const started = performance.now()
  await app.write(file, `${before}\nconsole.log(${save})\n`)
  const outcome = await nextLine()
  const whole = performance.now() - started
  if ('error' in outcome) throw new Error(JSON.stringify(outcome))
  const phases: Record<string, number> = Object.fromEntries(
    Object.entries(Object(outcome['phases'])).map(([name, spent]) => [name, Number(spent)]),
  )
  const { lambda = 0, release = 0, ...own } = phases
  const spent = Object.values(phases).reduce((sum, each) => sum + each, 0)
  rounds.push({ total: whole - lambda - release, noticing: whole - spent, ...own, lambda, release })
}
watching.kill('SIGINT')
await watching
await app.close()

const counted = rounds.slice(1)
for (const name of Object.keys(counted[0] ?? {}))
  console.log(name.padEnd(10), Math.round(median(counted.map((round) => round[name] ?? 0))), 'ms')
