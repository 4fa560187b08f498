/**
 * `node bench/whole.ts [COMMIT]`: whole `arc deploy`s of the plugin as npm installs it, with nothing
 * and with one line changed, beside the same app without the plugin and with the plugin of another
 * commit, in turns. AWS and its registry are stand-ins in the process of the bench, so that what
 * they take is in no processor time. Writes `bench/whole.json` and its table in `bench/README.md`.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { startAws } from '../test/stand-in/aws/index.ts'
import { median } from './median.ts'
import { openWork } from './open-work.ts'
import { checkOut } from './whole/install-package.ts'
import { type Deploy, wholeCases, type WholeResults, type Ways } from './whole/results.ts'
import { wholeSection } from './whole/table.ts'
import { openWay, type Way } from './whole/way.ts'
import { writeReadme } from './write-readme.ts'

/** The last one before packages came straight from lockfiles. */
const [commit = '00786d3^'] = process.argv.slice(2)
const runs = Number(process.env['BENCH_RUNS'] ?? 5)
const sizes = (process.env['BENCH_FUNCTIONS'] ?? '1 10 100 1000').split(' ').map(Number)
const root = resolve(import.meta.dirname, '..')

await using resources = new AsyncDisposableStack()
const { work, bases } = await openWork('bench-whole', resources)
await checkOut(root, commit, join(work, 'checkout'))

async function open(name: string, options: { checkout: string; zips?: boolean; args?: string[] }) {
  const directory = join(work, name)
  await mkdir(directory)
  const aws = await startAws({
    directory: join(directory, 'aws'),
    baseRegistry: bases,
    pollsUntilSettled: 0,
    // CloudFormation takes none with 1,000 functions, by size and by number of resources.
    largestTemplate: Infinity,
  })
  resources.defer(() => aws.close())
  return await openWay({ ...options, directory, aws })
}

const ways: Readonly<Record<string, Way>> = {
  ours: await open('ours', { checkout: root }),
  before: await open('before', { checkout: join(work, 'checkout') }),
  'no plugin': await open('no-plugin', {
    checkout: root,
    zips: true,
    args: ['deploy', '--no-hydrate'],
  }),
}

const byProcessor = ({ cpuSeconds }: Deploy): number => cpuSeconds

/** The plugin as it was takes minutes for each deploy of more. */
const mostBefore = 100

/** A deploy of more takes most of a minute, nearly all of it waiting for the stand-in. */
const fewRuns = { above: 100, runs: Math.min(runs, Number(process.env['BENCH_FEW_RUNS'] ?? 3)) }

async function measure(functions: number): Promise<Ways> {
  const measured: Record<string, Record<(typeof wholeCases)[number], Deploy[]>> = {}
  const measuredWays = Object.entries(ways).filter(
    ([name]) => name !== 'before' || functions <= mostBefore,
  )
  for (const [, way] of measuredWays) {
    await way.write(functions)
    // The first deploy writes into the folders of functions what hydration brings.
    await way.deploy()
    await way.deploy()
  }
  for (let run = 0; run < (functions > fewRuns.above ? fewRuns.runs : runs); run++) {
    for (const each of wholeCases) {
      for (const [name, way] of measuredWays) {
        if (each === 'changed') await way.change()
        const deploy = await way.deploy()
        console.log(
          `${functions} ${name}, ${each}: ${deploy.seconds.toFixed(2)} s, ${deploy.cpuSeconds.toFixed(2)} CPU s`,
        )
        ;(measured[name] ??= { nothing: [], changed: [] })[each].push(deploy)
      }
    }
  }
  return Object.fromEntries(
    Object.entries(measured).map(([name, { nothing, changed }]) => [
      name,
      { nothing: median(nothing, byProcessor), changed: median(changed, byProcessor) },
    ]),
  )
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
