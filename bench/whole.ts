/**
 * `node bench/whole.ts [COMMIT]`: whole `arc deploy`s of the plugin as npm installs it, with nothing
 * and with one line changed, beside the same app without the plugin and with the plugin of another
 * commit, in turns. AWS and its registry are stand-ins in the process of the bench, so that what
 * they take is in no processor time. Writes `bench/whole.json` and its table in `bench/README.md`.
 */
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { openWork } from './open-work.ts'
import { inTurns } from './whole/in-turns.ts'
import { openWays } from './whole/open-ways.ts'
import type { WholeResults, Ways } from './whole/results.ts'
import { wholeSection } from './whole/table.ts'
import { writeReadme } from './write-readme.ts'

/** The last one before packages came straight from lockfiles. */
const [commit = '00786d3^'] = process.argv.slice(2)
const runs = Number(process.env['BENCH_RUNS'] ?? 5)
const sizes = (process.env['BENCH_FUNCTIONS'] ?? '1 10 100 1000').split(' ').map(Number)
const root = resolve(import.meta.dirname, '..')

await using resources = new AsyncDisposableStack()
const { work, bases } = await openWork('bench-whole', resources)
const ways = await openWays({
  root,
  commit,
  work,
  resources,
  // CloudFormation takes none with 1,000 functions, by size and by number of resources.
  aws: { baseRegistry: bases, largestTemplate: Infinity },
})

/** The plugin as it was takes minutes for each deploy of more. */
const mostBefore = 100

/** A deploy of more takes most of a minute, nearly all of it waiting for the stand-in. */
const fewRuns = { above: 100, runs: Math.min(runs, Number(process.env['BENCH_FEW_RUNS'] ?? 3)) }

async function measure(functions: number): Promise<Ways> {
  return await inTurns({
    ways: Object.entries(ways).filter(([name]) => name !== 'before' || functions <= mostBefore),
    functions,
    runs: functions > fewRuns.above ? fewRuns.runs : runs,
    by: ({ cpuSeconds }) => cpuSeconds,
    say: (what, { seconds, cpuSeconds }) =>
      console.log(`${functions} ${what}: ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} CPU s`),
  })
}

const measured: Record<string, Ways> = {}
for (const functions of sizes) measured[functions] = await measure(functions)
const results: WholeResults = {
  date: new Date().toISOString().slice(0, 10),
  runs,
  commit,
  sizes: measured,
}
await writeFile(join(root, 'bench/whole.json'), `${JSON.stringify(results, null, 2)}\n`)
console.log(wholeSection(results))
await writeReadme()
