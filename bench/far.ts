/**
 * `node bench/far.ts [COMMIT]`: whole `arc deploy`s of one function from far away, with nothing and
 * with one line changed, beside the same app without the plugin and with the plugin of another
 * commit, in turns. AWS and its registry are stand-ins, the way to them a delay. Writes
 * `bench/far.json` and its table in `bench/README.md`.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { startAws } from '../test/stand-in/aws/index.ts'
import { delay } from './far/delay.ts'
import { type FarResults, farSection } from './far/table.ts'
import { median } from './median.ts'
import { openWork } from './open-work.ts'
import { checkOut } from './whole/install-package.ts'
import { type Deploy, wholeCases } from './whole/results.ts'
import { openWay } from './whole/way.ts'
import { writeReadme } from './write-readme.ts'

/** The last one whose requests to AWS had a connection each. */
const [commit = 'fc834cf'] = process.argv.slice(2)
const runs = Number(process.env['BENCH_RUNS'] ?? 5)
/** Milliseconds: from Europe to an American region, about. */
const roundTrip = Number(process.env['BENCH_ROUND_TRIP'] ?? 80)
const root = resolve(import.meta.dirname, '..')

await using resources = new AsyncDisposableStack()
const { work, bases } = await openWork('bench-far', resources)
await checkOut(root, commit, join(work, 'checkout'))

async function open(name: string, options: { checkout: string; zips?: boolean; args?: string[] }) {
  const directory = join(work, name)
  await mkdir(directory)
  const aws = await startAws({
    directory: join(directory, 'aws'),
    baseRegistry: bases,
    pollsUntilSettled: 0,
  })
  resources.defer(() => aws.close())
  const { environment, close } = await delay(aws.environment, roundTrip)
  resources.defer(close)
  const way = await openWay({ ...options, directory, aws: { ...aws, environment } })
  await way.write(1)
  await way.deploy()
  await way.deploy()
  return way
}

const ways = {
  ours: await open('ours', { checkout: root }),
  before: await open('before', { checkout: join(work, 'checkout') }),
  'no plugin': await open('no-plugin', {
    checkout: root,
    zips: true,
    args: ['deploy', '--no-hydrate'],
  }),
}

const measured: Record<string, Record<(typeof wholeCases)[number], Deploy[]>> = {}
for (let run = 0; run < runs; run++) {
  for (const each of wholeCases) {
    for (const [name, way] of Object.entries(ways)) {
      if (each === 'changed') await way.change()
      const deploy = await way.deploy()
      console.log(`${name}, ${each}: ${deploy.seconds.toFixed(2)} s`)
      ;(measured[name] ??= { nothing: [], changed: [] })[each].push(deploy)
    }
  }
}
const bySeconds = ({ seconds }: Deploy): number => seconds
const results: FarResults = {
  date: new Date().toISOString().slice(0, 10),
  runs,
  commit,
  roundTrip,
  ways: Object.fromEntries(
    Object.entries(measured).map(([name, { nothing, changed }]) => [
      name,
      { nothing: median(nothing, bySeconds), changed: median(changed, bySeconds) },
    ]),
  ),
}
await writeFile(join(root, 'bench/far.json'), `${JSON.stringify(results, null, 2)}\n`)
console.log(farSection(results))
await writeReadme()
