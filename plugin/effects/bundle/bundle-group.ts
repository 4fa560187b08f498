import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { enterFolder, preludeOf } from '../../core/bundle/define.ts'
import type { ImageFunction } from '../../core/model.ts'
import type { ImageFile } from '../../ports/bundle.ts'
import { buildOptions } from './build-options.ts'
import { bundleInChunks } from './bundle-chunks.ts'
import type { BundleMemory } from '../bundle-memory/bundle-memory.ts'
import type { BundledFile, BundledFunction, Module } from '../bundle-memory/bundled-function.ts'
import type { judgeHandler } from '../handler/judge-handler.ts'
import { handlerQuestion, type Judgement } from '../handler/judgement.ts'
import type { GroupInput } from './group-input.ts'
import { locationPlugin } from './location-plugin.ts'
import { modulePlaces } from '../functions/module-places.ts'
import { isPlainConfig, openGroupMemory } from './group-memory.ts'
import { runEsbuild, type RunOutput } from './run-esbuild.ts'

/** The code of the functions of a group. */
export interface GroupCode {
  readonly functions: readonly BundledFunction[]
  /** Files that no function has to itself: what a loader of the user's copies. */
  readonly others: readonly BundledFile[]
  readonly modules: ReadonlyMap<string, Module>
  readonly judgements: readonly Judgement[]
  readonly notes: readonly string[]
}

/**
 * Bundles the functions of a group, but for those whose bundle is proven to be the same as in an
 * earlier run. What was read for each is that function's for certain.
 */
export async function bundleGroup(input: GroupInput): Promise<GroupCode> {
  const { group, image, appDirectory, installed, options } = input
  const places = modulePlaces(group.functions, options.folders ?? {}, appDirectory)
  const built = await buildOptions({
    appDirectory,
    outputDirectory: join(appDirectory, '.container-images'),
    nodeVersion: image.nodeVersion,
    functions: group.functions,
    values: group.values,
    externals: [...installed, ...image.settings.external],
    folders: options.folders ?? {},
    config: options.esbuildConfig ?? {},
  })
  const { options: wanted, notes } = built
  const enter = image.settings.workingDirectory === 'task-root' ? '' : enterFolder
  const prelude = enter + preludeOf(group.values)
  const memory = await openGroupMemory(input, { places, built, prelude })
  const found = group.functions.flatMap(
    (target) => memory?.find(pathOf(target), target.entryFile) ?? [],
  )
  const known = new Map(found.map((one) => [one.path, one]))
  const missing = group.functions.filter((target) => !known.has(pathOf(target)))
  const run = (targets: readonly ImageFunction[]): Promise<RunOutput> => {
    const entryPoints = targets.map((target) => ({
      in: target.entryFile,
      out: `${target.folder}/index`,
    }))
    // Functions of a run have most of them in common.
    const before = new Set(targets.flatMap((target) => memory?.readBefore(pathOf(target)) ?? []))
    const plugins = [...wanted.plugins, locationPlugin(places, [...before])]
    const running = runEsbuild({ ...wanted, plugins, entryPoints }, prelude, image.name)
    // While esbuild works there is time to load what looks at its output.
    setImmediate(() => loadJudge().catch(() => undefined))
    return running
  }
  if (missing.length > 0) await memory?.apart()
  const made = await bundleInChunks({
    targets: missing,
    run,
    use: (output, target) => settle(output, target, input, memory),
    pathOf,
    together: built.leftovers.length === 0 && isPlainConfig(options.esbuildConfig),
  })
  const judgements = await Promise.all(
    group.functions.flatMap((target) => {
      const one = known.get(pathOf(target))
      if (one === undefined || one.shows === handlerQuestion(image, target)) return []
      return [judge(image, target, bytesOf(one.source), appDirectory)]
    }),
  )
  const byPath = new Map(
    [...found, ...made.map(({ bundle }) => bundle)].map((one) => [one.path, one]),
  )
  const functions = group.functions.flatMap((target) => byPath.get(pathOf(target)) ?? [])
  const others = made.flatMap((each) => each.others)
  const modules = new Map([
    ...(memory?.modules() ?? []),
    ...made.flatMap((each) => [...each.modules]),
  ])
  const odd = new Set(made.flatMap(({ bundle, others: [other] }) => (other ? [bundle] : [])))
  const entries = group.functions.map((target) => [pathOf(target), target.entryFile] as const)
  await memory?.remember(
    functions.filter((one) => !odd.has(one)),
    modules,
    new Map(entries),
  )
  return {
    functions,
    others,
    modules,
    judgements: [...judgements, ...made.map(({ judgement }) => judgement)],
    notes: [...notes, ...new Set(functions.flatMap(({ warnings }) => warnings))],
  }
}

interface Made {
  readonly bundle: BundledFunction
  readonly others: readonly BundledFile[]
  readonly modules: ReadonlyMap<string, Module>
  readonly judgement: Judgement
}

/** What a run has made, out of memory where there is a cache. */
async function settle(
  { files, modules, warnings }: RunOutput,
  target: ImageFunction,
  { image, appDirectory }: GroupInput,
  memory: BundleMemory | undefined,
): Promise<Made> {
  const keep = (bytes: Uint8Array): ImageFile['source'] =>
    memory?.keep(bytes) ?? { kind: 'bytes', bytes }
  const kept = files.map(({ path, bytes, map, imports, parts }): BundledFile => ({
    path,
    imports,
    parts,
    source: keep(bytes),
    ...(map && { map: keep(map) }),
  }))
  const code = files.find(({ path }) => path === pathOf(target))
  const bundle = kept.find(({ path }) => path === pathOf(target))
  if (code === undefined || bundle === undefined)
    throw new Error(`No bundle was made for ${target.folder}.`)
  const { bytes } = code
  const judgement = await judge(image, target, bytes, appDirectory)
  const others = kept.filter((one) => one !== bundle)
  return {
    bundle: {
      ...bundle,
      read: [...modules.keys()],
      warnings: warnings.map(({ text }) => text),
      readsManifest: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(
        'static.json',
      ),
      ...(judgement.shown && { shows: handlerQuestion(image, target) }),
    },
    others,
    modules,
    judgement,
  }
}

function pathOf({ folder }: Pick<ImageFunction, 'folder'>): string {
  return `${folder}/index.cjs`
}

function bytesOf(source: ImageFile['source']): Uint8Array {
  return source.kind === 'bytes' ? source.bytes : readFileSync(source.file)
}

async function judge(...asked: Parameters<typeof judgeHandler>): Promise<Judgement> {
  const { judgeHandler: judged } = await loadJudge()
  return await judged(...asked)
}

/** Only what was made anew is judged. */
async function loadJudge() {
  return await import('../handler/judge-handler.ts')
}
