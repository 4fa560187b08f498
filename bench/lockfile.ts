/**
 * From package-lock.json to layers: straight from the lockfile, against an install by `npm ci` with
 * the same code around it. Both ways take turns, each in processes of its own, without the
 * plugin's cache; medians of several runs. Writes `bench/lockfile.json`, and by itself the tables.
 */
import { glob, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { build } from 'esbuild'
import { execa } from 'execa'

import {
  type LayerCost,
  layerCaches,
  type LayerWays,
  layerWays,
  type LockfileResults,
} from './lockfile/results.ts'
import { startStoredRegistry } from './lockfile/stored-registry.ts'
import { writeReadme } from './write-readme.ts'

const root = resolve(import.meta.dirname, '..')
const file = join(root, 'bench/lockfile.json')

interface PackageSet {
  readonly name: string
  readonly folder: string
  readonly omit: string
}

/** Compares both ways, and keeps the numbers in `lockfile.json`. */
export async function compareLayerWays(
  runs: number,
  say: (line: string) => void,
): Promise<LockfileResults> {
  await using resources = new AsyncDisposableStack()
  const work = await mkdtemp(join(tmpdir(), 'bench-lockfile-'))
  resources.defer(() => rm(work, { recursive: true, force: true }))
  const { stdout: upstream } = await execa('npm', ['config', 'get', 'registry'], { cwd: work })
  const registry = await startStoredRegistry(upstream)
  resources.defer(() => registry.close())
  // As published: in one file each, beside one another.
  const programs = join(root, 'node_modules/.cache/bench-lockfile')
  resources.defer(() => rm(programs, { recursive: true, force: true }))
  await build({
    entryPoints: [
      'bench/lockfile/layers-once.ts',
      'plugin/effects/unpacked/unpack-packages-child.ts',
    ],
    absWorkingDir: root,
    entryNames: '[name]',
    outdir: programs,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  })
  await writeFile(join(programs, 'package.json'), '{ "type": "module", "version": "0.0.0" }\n')
  const sets: readonly PackageSet[] = [
    {
      name: 'LanceDB (`docker/lancedb`)',
      folder: join(root, 'docker/lancedb'),
      omit: 'openai @huggingface/transformers',
    },
    {
      name: 'sharp, pg, the S3 client of AWS',
      folder: await lock(join(work, 'small'), {
        sharp: '0.34.4',
        pg: '8.16.3',
        '@aws-sdk/client-s3': '3.908.0',
      }),
      omit: '',
    },
  ]

  async function measure(
    way: (typeof layerWays)[number],
    set: PackageSet,
    npmCache: string,
  ): Promise<LayerCost> {
    const usage = await mkdtemp(join(work, 'usage-'))
    const cache = await mkdtemp(join(work, 'cache-'))
    const before = { sent: registry.sent(), disk: await bytesIn(npmCache) }
    const program = join(programs, 'layers-once.js')
    const { stdout } = await execa('node', [program, way, set.folder, cache, set.omit], {
      env: {
        NODE_OPTIONS: `--import=${join(root, 'bench/lockfile/report-usage.mjs')}`,
        BENCH_USAGE: usage,
        npm_config_registry: registry.url,
        npm_config_cache: npmCache,
        npm_config_update_notifier: 'false',
      },
    })
    const made: Pick<LayerCost, 'diffIds' | 'layerBytes'> = JSON.parse(stdout)
    const processes = await Promise.all(
      (await readdir(usage)).map(async (name): Promise<ProcessCost> =>
        JSON.parse(await readFile(join(usage, name), 'utf8')),
      ),
    )
    const cost = {
      cpuSeconds: processes.reduce((sum, { seconds }) => sum + seconds, 0),
      peakBytes: Math.max(...processes.map(({ peakBytes }) => peakBytes)),
      downloadedBytes: registry.sent() - before.sent,
      unpackedBytes: await bytesIn(join(cache, 'installs')),
      npmCacheBytes: (await bytesIn(npmCache)) - before.disk,
      ...made,
    }
    await Promise.all([usage, cache].map((folder) => rm(folder, { recursive: true })))
    return cost
  }

  const results: Record<string, LockfileResults['sets'][string]> = {}
  for (const set of sets) {
    const warm = join(work, 'npm-warm')
    for (const way of layerWays) await measure(way, set, warm)
    const compare = async (cache: (typeof layerCaches)[number]): Promise<LayerWays> => {
      const costs: Record<(typeof layerWays)[number], LayerCost[]> = { lockfile: [], 'npm ci': [] }
      for (let run = 0; run < runs; run++) {
        for (const way of run % 2 === 0 ? layerWays : layerWays.toReversed()) {
          const npmCache = cache === 'warm' ? warm : await mkdtemp(join(work, 'npm-empty-'))
          costs[way].push(await measure(way, set, npmCache))
          if (npmCache !== warm) await rm(npmCache, { recursive: true })
        }
      }
      const diffIds = new Set(
        Object.values(costs).flatMap((all) => all.map((cost) => cost.diffIds.join(' '))),
      )
      if (diffIds.size !== 1) throw new Error(`${set.name}: the ways make different layers`)
      const both = { lockfile: medianCost(costs.lockfile), 'npm ci': medianCost(costs['npm ci']) }
      const ratios = costs.lockfile.map(
        (one, run) => one.cpuSeconds / (costs['npm ci'][run]?.cpuSeconds ?? NaN),
      )
      const compared = { ...both, cpuRatio: median(ratios) }
      say(`${set.name}, npm's cache ${cache}: ${JSON.stringify(compared)}`)
      return compared
    }
    results[set.name] = { warm: await compare('warm'), empty: await compare('empty') }
  }
  const measured = { date: new Date().toISOString().slice(0, 10), runs, sets: results }
  await writeFile(file, `${JSON.stringify(measured, null, 2)}\n`)
  return measured
}

/** What `report-usage.mjs` leaves. */
interface ProcessCost {
  readonly seconds: number
  readonly peakBytes: number
}

async function lock(
  folder: string,
  dependencies: Readonly<Record<string, string>>,
): Promise<string> {
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const quiet = ['--ignore-scripts', '--audit=false', '--fund=false']
  await execa('npm', ['install', '--package-lock-only', ...quiet], { cwd: folder })
  return folder
}

async function bytesIn(folder: string): Promise<number> {
  let sum = 0
  for await (const one of glob('**/*', { cwd: folder, withFileTypes: true }))
    if (one.isFile()) sum += (await stat(join(one.parentPath, one.name))).size
  return sum
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

/** Each number by itself; the largest peak, since a limit is for every run. */
function medianCost(costs: readonly LayerCost[]): LayerCost {
  const [first] = costs
  if (first === undefined) throw new Error('No run to take the median of')
  const of = (key: Exclude<keyof LayerCost, 'diffIds'>) => median(costs.map((cost) => cost[key]))
  return {
    cpuSeconds: of('cpuSeconds'),
    peakBytes: Math.max(...costs.map(({ peakBytes }) => peakBytes)),
    downloadedBytes: of('downloadedBytes'),
    unpackedBytes: of('unpackedBytes'),
    npmCacheBytes: of('npmCacheBytes'),
    layerBytes: of('layerBytes'),
    diffIds: first.diffIds,
  }
}

if (import.meta.main) {
  const runs = Number(process.env['BENCH_RUNS'] ?? 5)
  await compareLayerWays(runs, console.log)
  await writeReadme()
}
