import { hash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'

import { checkLibraries } from '../../core/natives/base-libraries.ts'
import {
  parseDependencyRecord,
  type DependencyRecord,
} from '../../core/dependencies/dependency-record.ts'
import { passedOver } from '../../core/dependencies/passed-over.ts'
import type { InstalledTree } from '../../core/natives/installed-tree.ts'
import { checkNatives, type NativeVerdict } from '../../core/natives/native-gate.ts'
import { basePackages } from '../../core/walk/base-packages.ts'
import { loadsWhole } from '../../core/walk/loads-whole.ts'
import type { PlannedImage } from '../../core/model.ts'
import { ContainerImageError, type Problem } from '../../errors.ts'
import { type Digest, hexOf } from '../../oci/digest.ts'
import type { LayerFacts } from '../../oci/layer.ts'
import type { ImageFile } from '../../ports/bundle.ts'
import type { Layer } from '../../ports/layer.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Definition } from '../dependencies/definition.ts'
import { isPlain, obtainPackages } from '../unpacked/obtain-packages.ts'
import { findLayer, readRecord, writeRecord } from '../cache/layer-cache.ts'
import { readSource } from '../layer/read-source.ts'
import { rememberEdges } from './known-edges.ts'
import { isScript } from '../walk/is-script.ts'
import { layeredTree } from '../walk/layered-tree.ts'
import { bundlePackages } from './bundle-packages.ts'
import { layerEntries } from './layer-entries.ts'
import { type LayerEntry, sizeOf } from '../layer/layer-entry.ts'
import { type KnownLayer, packageLayers } from './package-layers.ts'

/** The layers of an image's packages at hand, with their bytes. */
export interface MadeDependencies {
  readonly record: DependencyRecord
  /** As the record has them. */
  readonly layers: readonly Layer[]
  readonly notes: readonly string[]
}

export interface MakeOptions {
  readonly image: PlannedImage
  readonly definition: Definition
  readonly fingerprint: Digest
  readonly cacheDirectory: string
  readonly progress: Progress
  /** Layers that need not be made; absent: all are. */
  readonly knownLayer?: KnownLayer
}

const running = new Map<string, Promise<MadeDependencies>>()

/**
 * The layers of an image's packages: from the cache, else installed, judged and written. Images that
 * share them in one deploy share the work.
 * @throws ContainerImageError DEPENDENCIES_UNFIT and what installing throws
 */
export function makeDependencies(options: MakeOptions): Promise<MadeDependencies> {
  const key = [options.cacheDirectory, options.fingerprint, options.image.base].join('\0')
  const made = running.get(key) ?? make(options).finally(() => running.delete(key))
  running.set(key, made)
  return made
}

async function make(options: MakeOptions): Promise<MadeDependencies> {
  const { image, fingerprint, cacheDirectory, progress } = options
  const file = recordFile(options)
  const record = await readOwnRecord(options)
  const cached = record && (await findLayers(cacheDirectory, record.layers))
  if (record && cached) return { record, layers: cached, notes: [] }
  await rm(file, { force: true }).catch(() => undefined)

  const { tree, verdict, entries, notes } = await installJudged(options)
  const total = entries.reduce((sum, entry) => sum + sizeOf(entry), 0)
  const report = (state: 'start' | 'advance' | 'done', done: number) =>
    progress({ image: image.name, step: 'layer', state, detail: 'dependencies', done, total })
  report('start', 0)
  const layers = await packageLayers(
    { entries, packages: verdict.packages },
    {
      locked: options.definition.lockfile?.packages ?? [],
      cacheDirectory,
      ...(options.knownLayer && { knownLayer: options.knownLayer }),
      onBytes: (bytes) => report('advance', Math.min(bytes, total)),
    },
  )
  report('done', total)
  const direct = tree.packages.filter(({ path, name }) => path === `node_modules/${name}`)
  const names = new Set([...tree.direct, ...tree.optionalDirect])
  const { architecture } = image
  const packagesOf = { name: `packages of ${image.name}`, architecture }
  const remembered = await rememberEdges(packagesOf, { files: hashedCode(entries) }, cacheDirectory)
  const made: DependencyRecord = {
    fingerprint,
    layers: layers.map(({ facts }) => facts),
    direct: Object.fromEntries(
      direct.filter(({ name }) => names.has(name)).map(({ name, version }) => [name, version]),
    ),
    leftOut: verdict.leftOut,
    ...(verdict.glibc !== undefined && { glibc: verdict.glibc }),
    ...(verdict.libstdcxx !== undefined && { libstdcxx: verdict.libstdcxx }),
    scriptsNotRun: verdict.scriptsNotRun,
    loads: loadsWhole(
      layeredTree(entries, basePackages(image.base, image.nodeVersion)),
      [...names],
      image.nodeVersion,
      { isBuiltin, isScript },
      remembered.edges,
    ),
  }
  await remembered.close()
  await writeRecord(cacheDirectory, file, made)
  return { record: made, layers: layers.map(({ layer }) => layer), notes }
}

/** Code of packages by its content: what a file loads need not be found out for each lockfile. */
function hashedCode(entries: readonly LayerEntry[]): readonly ImageFile[] {
  return entries.flatMap((entry): ImageFile[] => {
    if (!('executable' in entry) || !/\.[cm]?js$/.test(entry.path)) return []
    const { path, executable, source } = entry
    const sha256 = hash('sha256', readSource(source), 'hex')
    const file = 'file' in source ? source.file : ''
    return [{ path, executable, source: { kind: 'file', file, size: sizeOf(entry), sha256 } }]
  })
}

/** @returns undefined when any of them is gone */
async function findLayers(
  cacheDirectory: string,
  facts: readonly LayerFacts[],
): Promise<readonly Layer[] | undefined> {
  const found = await Promise.all(facts.map((one) => findLayer(cacheDirectory, one)))
  const there = found.filter((one) => one !== undefined)
  return there.length === facts.length ? there : undefined
}

/** Packages as they are installed, and what of them goes into the layer. */
export interface JudgedInstall {
  readonly tree: InstalledTree
  readonly verdict: NativeVerdict
  readonly entries: readonly LayerEntry[]
  readonly notes: readonly string[]
}

/**
 * Installs the packages of an image, or finds them in the cache, and judges their native files.
 * @throws ContainerImageError DEPENDENCIES_UNFIT and what installing throws
 */
export async function installJudged(options: MakeOptions): Promise<JudgedInstall> {
  const { image, definition, fingerprint, cacheDirectory, progress } = options
  const { lockfile, direct, optionalDirect } = definition
  const left = isPlain(definition)
    ? passedOver(definition.lockfile.packages, [...direct, ...optionalDirect], image.settings.omit)
    : []
  const { tree, notes, reused, sourceOf } = await obtainPackages(definition, {
    fingerprint,
    architecture: image.architecture,
    cacheDirectory,
    passedOver: left,
    onStart: () => progress({ image: image.name, step: 'install', state: 'start' }),
    onTrouble: (detail) =>
      progress({ image: image.name, step: 'install', state: 'advance', detail }),
  })
  progress({ image: image.name, step: 'install', state: reused ? 'skipped' : 'done' })
  const verdict = checkNatives(tree, {
    image: image.name,
    architecture: image.architecture,
    node: image.nodeVersion,
    omit: image.settings.omit,
    locked: lockfile?.packages ?? [],
    passedOver: left,
  })
  const libraries = checkLibraries(verdict, image.base)
  throwUnfit([...verdict.problems, ...libraries.problems])
  const files = layerEntries(verdict.packages, sourceOf, lockfile?.packages ?? [])
  const entries = bundlePackages(files, [...tree.direct, ...tree.optionalDirect], image)
  return { tree, verdict, entries, notes }
}

/** What this machine has made itself of the same definition; its layer may be gone from the cache. */
export async function readOwnRecord(
  options: Pick<MakeOptions, 'cacheDirectory' | 'fingerprint'>,
): Promise<DependencyRecord | undefined> {
  const record = parseDependencyRecord(await readRecord(recordFile(options)))
  return record?.fingerprint === options.fingerprint ? record : undefined
}

function recordFile({
  cacheDirectory,
  fingerprint,
}: Pick<MakeOptions, 'cacheDirectory' | 'fingerprint'>): string {
  return join(cacheDirectory, 'dependencies', `${hexOf(fingerprint)}.json`)
}

export function throwUnfit(problems: readonly Problem[]): void {
  if (problems.length === 0) return
  const message = problems.map((problem) => problem.message).join('\n')
  throw new ContainerImageError('DEPENDENCIES_UNFIT', message)
}
