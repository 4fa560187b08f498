/**
 * Every check that is not a test, in parallel, with all output of those that fail.
 * Speaks TAP and closes with tap's own count, so that CI adds it up with the suites.
 */
import { execa } from 'execa'

const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['format', 'oxfmt', '--check'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['types', 'tsc', '-p', '.'],
  ['dead code', 'knip'],
]
/** These read `dist/`, so they come after the build. */
const packageChecks: typeof checks = [
  ['package', 'publint', '--strict'],
  ['package types', 'attw', '--pack', '.', '--profile', 'esm-only'],
]

async function run([name, command, ...args]: (typeof checks)[number]): Promise<boolean> {
  const result = await execa(command, args, { preferLocal: true, all: true, reject: false })
  const passed = result.exitCode === 0
  console.log(`${passed ? 'ok' : 'not ok'} - ${name}`)
  if (!passed) console.log(result.all)
  return passed
}

const results = await Promise.all(checks.map(run))
if (await run(['build', 'node', 'scripts/build.ts'])) {
  results.push(true)
  for (const check of packageChecks) results.push(await run(check))
} else results.push(false)

const failed = results.filter((passed) => !passed).length
console.log(`# { total: ${results.length}, pass: ${results.length - failed}, fail: ${failed} }`)
process.exitCode = failed === 0 ? 0 : 1
