/**
 * `node bench/start.ts`: processor time from the start of a process until the example's handler is
 * loaded, from the layers that its image has with and without `bundle-packages`, and of what stays of
 * it in any case, in turns in one run. Writes `bench/start.json` and its table in `bench/README.md`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { execa } from 'execa'

import { readImageSettings } from '../plugin/core/settings/read-settings.ts'
import { fingerprintOf } from '../plugin/effects/dependencies/dependency-fingerprint.ts'
import { settleDefinition } from '../plugin/effects/dependencies/settle-definition.ts'
import { makeDependencies } from '../plugin/effects/embedded/make-dependencies.ts'
import { unpackLayers } from '../plugin/effects/runners/unpack-layers.ts'
import { plannedImage } from '../test/stand-in/inputs/planned-image.ts'
import type { Started, StartResults } from './start/results.ts'
import { startSection } from './start/table.ts'
import { leastFiles, writeLeast } from './start/write-least.ts'
import { writeReadme } from './write-readme.ts'

const runs = Number(process.env['BENCH_START_RUNS'] ?? 11)
const root = resolve(import.meta.dirname, '..')
const packages = ['@lancedb/lancedb', 'apache-arrow']
const ways = { plain: undefined, bundled: ['all'] } as const
/** As Lambda starts Node. */
const switches = ['--no-experimental-require-module', '--no-experimental-detect-module']

const work = await mkdtemp(join(tmpdir(), 'bench-start-'))
try {
  for (const [way, bundlePackages] of Object.entries(ways)) await makeTree(way, bundlePackages)
  await writeLeast(join(work, 'plain/var/task'), packages, switches)
  const results: StartResults = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    runs,
    ...(await measureHandler()),
    packages: startedOf(await measure(bothWays('packages.cjs'))),
  }
  await writeFile(join(root, 'bench/start.json'), `${JSON.stringify(results, null, 2)}\n`)
  console.log(startSection(results))
  await writeReadme()
} finally {
  await rm(work, { recursive: true, force: true })
}

/** `/var/task` of the example's image for this machine's processor. */
async function makeTree(way: string, bundlePackages: readonly string[] | undefined): Promise<void> {
  const directory = join(root, 'docker/lancedb')
  const settings = {
    ...readImageSettings(),
    omit: ['openai', '@huggingface/transformers'],
    ...(bundlePackages && { bundlePackages }),
  }
  const image = plannedImage({
    name: 'lancedb',
    architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
    definition: {
      kind: 'package',
      directory,
      packageManager: 'npm',
      lockfile: join(directory, 'package-lock.json'),
    },
    settings,
  })
  const definition = await settleDefinition(image)
  const fingerprint = await fingerprintOf(image, definition)
  const cacheDirectory = join(work, 'cache')
  const make = { image, definition, fingerprint, cacheDirectory, progress: () => undefined }
  const { layers } = await makeDependencies(make)
  await mkdir(join(work, way))
  await unpackLayers(
    layers.map((layer) => layer.open()),
    join(work, way),
  )
  const task = join(work, way, 'var/task')
  await build({
    entryPoints: [
      join(root, 'src/http/any-api-streams-000workspaceId-000agentId-000secret/index.ts'),
    ],
    outfile: join(task, 'handler.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    external: [...packages, '@aws-sdk/*', '@smithy/*', 'aws-sdk', 'aws-sdk/*'],
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'error',
  })
  const loads = packages.map((name) => `require(${JSON.stringify(name)})`).join('\n')
  await writeFile(join(task, 'packages.cjs'), loads)
  await writeFile(join(task, 'empty.cjs'), '')
}

async function measureHandler(): Promise<Pick<StartResults, 'handler' | 'least'>> {
  const parts = Object.entries(leastFiles).map(([part, file]) => [part, placeOf('plain', file)])
  const seen = await measure({ ...bothWays('handler.cjs'), ...Object.fromEntries(parts) })
  const least = {
    own: seen('own') - seen('empty'),
    native: seen('native') - seen('empty'),
    compiled: seen('compiled') - seen('read'),
    oneScript: seen('oneScript'),
  }
  return { handler: startedOf(seen), least }
}

function bothWays(file: string): Readonly<Record<keyof Started, string>> {
  return {
    empty: placeOf('plain', 'empty.cjs'),
    plain: placeOf('plain', file),
    bundled: placeOf('bundled', file),
  }
}

type Seen = (name: keyof Started | keyof typeof leastFiles) => number

function startedOf(seen: Seen): Started {
  return { empty: seen('empty'), plain: seen('plain'), bundled: seen('bundled') }
}

/** Medians of files that are loaded in turns, each in a process of its own. */
async function measure(files: Readonly<Record<string, string>>): Promise<Seen> {
  const seen = new Map(Object.keys(files).map((name) => [name, [] as number[]]))
  for (let run = 0; run < runs; run++)
    for (const [name, file] of Object.entries(files)) seen.get(name)?.push(await load(file))
  return (name) => median(seen.get(name) ?? [])
}

async function load(file: string): Promise<number> {
  const code = `require(${JSON.stringify(file)}); const { user, system } = process.cpuUsage(); console.log((user + system) / 1e3)`
  const options = { preferLocal: true, localDir: root } as const
  const { stdout } = await execa('node', [...switches, '--eval', code], options)
  return Number(stdout)
}

function placeOf(way: keyof typeof ways, file: string): string {
  return join(work, way, 'var/task', file)
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN
}
