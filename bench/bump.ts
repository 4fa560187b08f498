/**
 * A small package bumped, from the lockfile to the layers: against the commit before packages came
 * straight from the lockfile. Both take turns, each in processes of its own; medians of several
 * runs. Writes `bench/bump.json` and the tables.
 */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { build } from 'esbuild'
import { execa } from 'execa'

import {
  type PackageLayer,
  parseDependencyRecord,
} from '../plugin/core/dependencies/dependency-record.ts'
import type { Bump, BumpResults } from './bump/results.ts'
import { median } from './median.ts'
import { writeReadme } from './write-readme.ts'

const commit = '48ebd8c'
const runs = Number(process.env['BENCH_RUNS'] ?? 5)
const root = resolve(import.meta.dirname, '..')
const versions = ['2.6.2', '2.6.3'] as const

/** Measures both, and keeps the numbers in `bump.json`. */
export async function measureBumps(say: (line: string) => void): Promise<BumpResults> {
  await using resources = new AsyncDisposableStack()
  const work = await mkdtemp(join(tmpdir(), 'bench-bump-'))
  resources.defer(() => rm(work, { recursive: true, force: true }))
  const older = join(work, 'older')
  await execa('git', ['worktree', 'add', '--detach', older, commit], { cwd: root })
  resources.defer(async () => {
    await execa('git', ['worktree', 'remove', '--force', older], { cwd: root })
  })
  await symlink(join(root, 'node_modules'), join(older, 'node_modules'), 'dir')
  await cp(join(root, 'bench/bump'), join(older, 'bench/bump'), { recursive: true })
  const programs = { ours: await programOf(root), before: await programOf(older) }
  resources.defer(() => rm(join(root, bundled), { recursive: true, force: true }))
  const folder = join(work, 'docker')
  const locks = await lockfiles(work)

  const make = async (way: keyof typeof programs, lock: string, cache: string, known: string) => {
    await mkdir(folder, { recursive: true })
    await cp(lock, folder, { recursive: true })
    // `times` of a shell counts its children, and theirs.
    const script = '"$@" && times'
    const argv = [process.execPath, programs[way], folder, cache, known]
    const { stdout } = await execa('sh', ['-c', script, 'sh', ...argv])
    const [record = '', ...times] = stdout.split('\n')
    const made = parseDependencyRecord(JSON.parse(record))
    if (made === undefined) throw new Error(`No record: ${record}`)
    return { layers: made.layers, processorSeconds: secondsIn(times.at(-1) ?? '') }
  }
  const bump = async (way: keyof typeof programs, isWarm: boolean): Promise<Bump> => {
    const cache = join(work, `cache-${way}`)
    await rm(cache, { recursive: true, force: true })
    const before = await make(way, locks[0], cache, '[]')
    if (!isWarm) await rm(cache, { recursive: true })
    const known = isWarm ? '[]' : JSON.stringify(before.layers)
    const { layers, processorSeconds } = await make(way, locks[1], cache, known)
    const there = new Set(before.layers.map(({ digest }) => digest))
    const sentBytes = sizeOf(layers.filter(({ digest }) => !there.has(digest)))
    const measured = { processorSeconds, sentBytes, allBytes: sizeOf(layers) }
    say(`${way}, ${isWarm ? 'warm' : 'empty'}: ${JSON.stringify(measured)}`)
    return measured
  }
  const all = { warm: inTurns(), empty: inTurns() }
  for (let run = 0; run < runs; run++) {
    for (const state of ['warm', 'empty'] as const)
      for (const way of ['ours', 'before'] as const)
        all[state][way].push(await bump(way, state === 'warm'))
  }
  const results: BumpResults = {
    date: new Date().toISOString().slice(0, 10),
    runs,
    commit,
    machine: {
      processor: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      node: process.versions.node,
    },
    warm: {
      ours: median(all.warm.ours, byProcessor),
      before: median(all.warm.before, byProcessor),
    },
    empty: {
      ours: median(all.empty.ours, byProcessor),
      before: median(all.empty.before, byProcessor),
    },
  }
  await writeFile(join(root, 'bench/bump.json'), `${JSON.stringify(results, null, 2)}\n`)
  return results
}

const bundled = 'node_modules/.cache/bench-bump'

/** As published: JavaScript, in few files. */
async function programOf(folder: string): Promise<string> {
  const isOurs = folder === root
  const outdir = isOurs ? join(root, bundled) : join(folder, 'bundled')
  await build({
    entryPoints: [
      'bench/bump/layers-once.ts',
      ...(isOurs ? ['plugin/effects/unpacked/unpack-packages-child.ts'] : []),
    ],
    absWorkingDir: folder,
    entryNames: '[name]',
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  })
  const manifest = { name: 'bench-bump', version: '0.0.0', type: 'module' }
  await writeFile(join(outdir, 'package.json'), JSON.stringify(manifest))
  return join(outdir, 'layers-once.js')
}

/** Folders with the definition of `docker/lancedb`, a version of tslib each. */
async function lockfiles(work: string): Promise<readonly [string, string]> {
  const made = await Promise.all(
    versions.map(async (version) => {
      const folder = join(work, `tslib-${version}`)
      await mkdir(folder)
      const { stdout } = await execa('npm', ['view', `tslib@${version}`, 'dist.integrity'])
      for (const name of ['package.json', 'package-lock.json'])
        await cp(join(root, 'docker/lancedb', name), join(folder, name))
      const file = join(folder, 'package-lock.json')
      const lock = JSON.parse(await readFile(file, 'utf8'))
      const { resolved: _, ...tslib } = lock.packages['node_modules/tslib']
      lock.packages['node_modules/tslib'] = { ...tslib, version, integrity: stdout.trim() }
      await writeFile(file, JSON.stringify(lock, null, 2))
      return folder
    }),
  )
  const [first, second] = made
  if (first === undefined || second === undefined) throw new Error('No two versions')
  return [first, second]
}

/** `0m1.23s 0m0.45s` of the children. */
function secondsIn(line: string): number {
  const each = [...line.matchAll(/(\d+)m([\d.]+)s/g)]
  if (each.length !== 2) throw new Error(`No times: ${line}`)
  return each.reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0)
}

function inTurns(): { readonly ours: Bump[]; readonly before: Bump[] } {
  return { ours: [], before: [] }
}

function sizeOf(layers: readonly PackageLayer[]): number {
  return layers.reduce((sum, { size }) => sum + size, 0)
}

function byProcessor({ processorSeconds }: Bump): number {
  return processorSeconds
}

if (import.meta.main) {
  await measureBumps(console.log)
  console.log(await writeReadme())
}
