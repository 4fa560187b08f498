/**
 * `node bench/far.ts [COMMIT]`: whole `arc deploy`s of one function from far away, with nothing and
 * with one line changed, beside the same app without the plugin and with the plugin of another
 * commit, in turns. AWS and its registry are stand-ins, the way to them a delay. Writes
 * `bench/far.json` and its table in `bench/README.md`.
 */
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { delay } from './far/delay.ts'
import { type FarResults, farSection } from './far/table.ts'
import { openWork } from './open-work.ts'
import { inTurns } from './whole/in-turns.ts'
import { openWays } from './whole/open-ways.ts'
import { writeReadme } from './write-readme.ts'

/** The last one whose requests to AWS had a connection each. */
const [commit = 'fc834cf'] = process.argv.slice(2)
const runs = Number(process.env['BENCH_RUNS'] ?? 5)
/** Milliseconds: from Europe to an American region, about. */
const roundTrip = Number(process.env['BENCH_ROUND_TRIP'] ?? 80)
const root = resolve(import.meta.dirname, '..')

await using resources = new AsyncDisposableStack()
const { work, bases } = await openWork('bench-far', resources)
const ways = await openWays({
  root,
  commit,
  work,
  resources,
  aws: { baseRegistry: bases },
  async reached(aws) {
    const { environment, close } = await delay(aws.environment, roundTrip)
    resources.defer(close)
    return { ...aws, environment }
  },
})
const measured = await inTurns({
  ways: Object.entries(ways),
  functions: 1,
  runs,
  by: ({ seconds }) => seconds,
  say: (what, { seconds }) => console.log(`${what}: ${seconds.toFixed(2)} s`),
})
const results: FarResults = {
  date: new Date().toISOString().slice(0, 10),
  runs,
  commit,
  roundTrip,
  ways: measured,
}
await writeFile(join(root, 'bench/far.json'), `${JSON.stringify(results, null, 2)}\n`)
console.log(farSection(results))
await writeReadme()
