/**
 * `npm run bench`: what a deploy costs beyond bundling, as ratios within one run. Medians of several
 * runs, each deploy in a process of its own, against stand-ins of AWS and its registry on loopback.
 * Writes `bench/results.json` and the table in `bench/README.md`.
 */
import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { execa } from 'execa'

import { startAws } from '../test/stand-in/aws/index.ts'
import { measureBumps } from './bump.ts'
import { gzipLimit } from './gzip-limit.ts'
import { compareLayerWays } from './lockfile.ts'
import { makeApp, writeFunction } from './make-app.ts'
import { median } from './median.ts'
import { openWork } from './open-work.ts'
import { comparePeers } from './peers.ts'
import type { DeployedOnce, Measured, Results } from './results.ts'
import { writeReadme } from './write-readme.ts'

const runs = Number(process.env['BENCH_RUNS'] ?? 5)
const root = resolve(import.meta.dirname, '..')
await using resources = new AsyncDisposableStack()
const { work, bases } = await openWork('bench', resources)
const aws = await startAws({ directory: join(work, 'aws'), baseRegistry: bases })
resources.defer(() => aws.close())

async function deployOnce(app: string, cache: string): Promise<Measured> {
  const before = {
    registry: aws.registry.journal.length,
    aws: aws.journal.length,
    bases: bases.journal.length,
  }
  const { stdout } = await execa('node', [join(root, 'bench/deploy-once.ts'), app], {
    preferLocal: true,
    localDir: root,
    env: { ...aws.environment, ARC_CONTAINER_IMAGES_CACHE: join(work, cache) },
  })
  const { imageUris: _uris, ...measured }: DeployedOnce = JSON.parse(stdout)
  const pushed = aws.registry.journal.slice(before.registry)
  const requests =
    pushed.length + aws.journal.length - before.aws + bases.journal.length - before.bases
  return {
    ...measured,
    requests,
    sentBytes: pushed.reduce((sum, { received }) => sum + received, 0),
  }
}

async function repeat(make: (run: number) => Promise<Measured>, by: keyof Measured) {
  const all: Measured[] = []
  for (let run = 0; run < runs; run++) all.push(await make(run))
  return median(all, (one) => one[by])
}

// First build: dependencies on disk, nothing in the registry; then the cases that follow from it.
const lance = join(work, 'lance')
await makeApp(lance, { functions: 3, images: 1, packages: join(root, 'docker/lancedb') })
await deployOnce(lance, 'cache')
const layers = join(work, 'cache/layers')
const largest = await largestFile(layers)
const tar = join(work, 'dependencies.tar')
await pipeline(createReadStream(largest), createGunzip(), createWriteStream(tar))

const nothing = await repeat(() => deployOnce(lance, 'cache'), 'imagePhaseSeconds')
const oneChanged = await repeat(async (run) => {
  await writeFunction(lance, 'job-0', `warm ${run}`)
  return deployOnce(lance, 'cache')
}, 'imagePhaseSeconds')
const oneChangedEmptyCache = await repeat(async (run) => {
  await writeFunction(lance, 'job-0', `cold ${run}`)
  return deployOnce(lance, `empty-${run}`)
}, 'imagePhaseSeconds')

const limits: number[] = []
const first = await repeat(async () => {
  limits.push(await gzipLimit(tar))
  await rm(layers, { recursive: true, force: true })
  await rm(join(work, 'cache/dependencies'), { recursive: true, force: true })
  await forgetImages()
  return deployOnce(lance, 'cache')
}, 'imagePhaseSeconds')
const limit = limits.toSorted((a, b) => a - b)[Math.floor(limits.length / 2)] ?? NaN

const scale: Record<string, Measured> = {}
for (const functions of [1, 10, 100]) {
  const app = join(work, `scale-${functions}`)
  await makeApp(app, { functions, images: Math.min(functions, 5) })
  await deployOnce(app, 'cache')
  scale[functions] = await repeat(() => deployOnce(app, 'cache'), 'seconds')
}

/** Every image and layer of the registry, so that the next deploy is a first one. */
async function forgetImages(): Promise<void> {
  const repository = 'bench-lambda-images'
  for (const digest of await aws.registry.manifests(repository)) {
    await aws.registry.removeManifest(repository, digest)
  }
  await rm(join(work, 'aws/registry', 'blobs'), { recursive: true, force: true })
}

async function largestFile(folder: string): Promise<string> {
  const names = await readdir(folder)
  const sizes = await Promise.all(
    names.map(async (name) => [(await stat(join(folder, name))).size, join(folder, name)] as const),
  )
  const [found] = sizes.toSorted(([a], [b]) => b - a)
  if (found === undefined) throw new Error(`${folder} is empty`)
  return found[1]
}

const results: Results = {
  machine: {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  },
  date: new Date().toISOString().slice(0, 10),
  runs,
  dependencyTarBytes: (await stat(tar)).size,
  gzipLimitSeconds: limit,
  nothing,
  oneChanged,
  oneChangedEmptyCache,
  first,
  firstToGzipLimit: first.imagePhaseSeconds / limit,
  scale,
}
await writeFile(join(root, 'bench/results.json'), `${JSON.stringify(results, null, 2)}\n`)
await import('./whole.ts')
await import('./far.ts')
await import('./start.ts')
await measureBumps(console.log)
await import('./app-layers.ts')
await compareLayerWays(runs, console.log)
await comparePeers(console.log)
console.log(await writeReadme())
console.log(`${Math.round(performance.now() / 1000)} s`)
