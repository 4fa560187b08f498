import { realpath } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import type { BuildOptions } from 'esbuild'
import pLimit from 'p-limit'

import { installedPackages } from '../../core/bundle/externals.ts'
import type { PlannedImage } from '../../core/model.ts'
import type { Bundle, ImageFile } from '../../ports/bundle.ts'
import { placeFinders, type SharedFolders } from '../functions/module-places.ts'
import { bundleDigest } from './bundle-digest.ts'
import { bundleGroup } from './bundle-group.ts'
import { bundleGroups } from './bundle-groups.ts'
import { bundleInputs } from './bundle-inputs.ts'
import type { BundledFunction } from '../bundle-memory/bundled-function.ts'
import { requireHandlers } from '../handler/judgement.ts'
import type { Hydrator } from '../functions/hydrate.ts'
import { judgeImports } from './judge-imports.ts'
import { packFunctions } from '../functions/pack-functions.ts'
import { readJson } from '../folder/read-json.ts'
import { stagePython } from './stage-python.ts'

export interface BundlerOptions {
  /** The folder of `app.arc`. */
  readonly appDirectory: string
  readonly folders?: SharedFolders
  /** The user's own esbuild options, see `readEsbuildConfig`. */
  readonly esbuildConfig?: BuildOptions
  /** Where `define` looks for what the template does not say. */
  readonly shell: Readonly<Record<string, string | undefined>>
  /** The manifest that `arc.static()` reads; asked once, and only when a bundle reads it. */
  readonly staticManifest?: () => Promise<Uint8Array | undefined>
  /** Completes the functions' folders; see `createHydrator`. */
  readonly hydrate?: Hydrator
  /** Where bundles are kept and found again; absent: each is made anew, in memory. */
  readonly cacheDirectory?: string
}

/** Bundles the functions of an image for Lambda's Node. */
export interface Bundler {
  readonly bundle: (image: PlannedImage) => Promise<Bundle>
}

/** A bundler on esbuild. */
export function createBundler(options: BundlerOptions): Bundler {
  let manifest: Promise<Uint8Array | undefined> | undefined
  const once = {
    ...options,
    staticManifest: async () => await (manifest ??= options.staticManifest?.()),
  }
  return {
    bundle: async (image) =>
      await (image.language === 'python' ? bundlePython(image, once) : bundleImage(image, once)),
  }
}

/** All that is known of an image's functions is in memory while they are bundled. */
const atOnce = pLimit(2)

async function bundleImage(image: PlannedImage, options: BundlerOptions): Promise<Bundle> {
  const grouped = bundleGroups(image, options.shell)
  await hydrate(image, options)
  return await atOnce(() => bundleFunctions(image, grouped, options))
}

async function bundleFunctions(
  image: PlannedImage,
  { groups, notes }: ReturnType<typeof bundleGroups>,
  options: BundlerOptions,
): Promise<Bundle> {
  const appDirectory = await realpath(options.appDirectory)
  const installed = installedPackages(
    await readJson(join(image.definition.directory, 'package.json')),
  )
  const runs = await Promise.all(
    groups.map((group) => bundleGroup({ group, image, appDirectory, installed, options })),
  )
  const functions = runs.flatMap((run) => run.functions)
  const files = [...functions, ...runs.flatMap((run) => run.others)]
  const modules = new Map(runs.flatMap((run) => [...run.modules]))
  await judgeImports(
    image,
    files.flatMap(({ imports }) => imports),
    installed,
    [...image.settings.external, ...(options.esbuildConfig?.external ?? [])],
  )
  const unseen = requireHandlers(
    image,
    runs.flatMap(({ judgements }) => judgements),
  )

  const byPath = new Map(functions.map((one) => [one.path, one]))
  const finderOf = placeFinders(options.folders ?? {}, appDirectory)
  const packed = await packFunctions({
    image,
    appDirectory,
    installed,
    bundledOf(target) {
      const placeOf = finderOf(target)
      const own = byPath.get(`${target.folder}/index.cjs`)?.parts ?? []
      return new Map(
        [...own].flatMap(([path]) => {
          const file = modules.get(path)?.file ?? path
          const place = placeOf(file)
          return place === undefined ? [] : [[place, file]]
        }),
      )
    },
  })
  const maps = files.flatMap(({ path, map }) => (map === undefined ? [] : [[path, map] as const]))
  const ours = files.map(({ path, source }) => imageFile(path, source))
  if (options.esbuildConfig?.sourcemap)
    ours.push(...maps.map(([path, map]) => imageFile(`${path}.map`, map)))
  ours.push(...(await staticManifestFiles(image, functions, options)))
  const all = inOrder([...ours, ...packed.files])
  const warnings = runs.flatMap((run) => run.notes)
  return {
    files: all,
    digest: bundleDigest(all),
    maps: new Map(maps.map(([path, map]) => [`var/task/${path}`, map])),
    inputs: bundleInputs(files, modules),
    leftOut: packed.leftOut,
    notes: [...new Set([...notes, ...warnings, ...unseen, ...packed.notes])],
  }
}

/** Of two files for one path the first counts: what is made here, before what is in a folder. */
function inOrder(files: readonly ImageFile[]): ImageFile[] {
  const distinct = new Map(files.toReversed().map((file) => [file.path, file]))
  return [...distinct.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** Only what an image takes in: folders of the flagged functions, `src/shared` and `src/views`. */
async function hydrate(image: PlannedImage, options: BundlerOptions): Promise<void> {
  if (options.hydrate === undefined) return
  const sources = image.functions.map(({ sourceDirectory }) => sourceDirectory)
  const folders = [...sources, options.folders?.shared, options.folders?.views]
  for (const folder of new Set(folders)) {
    if (folder !== undefined) await options.hydrate.install(folder)
  }
  await share(image, options)
}

/** The static manifest is copied too, so it is made first. */
async function share(image: PlannedImage, options: BundlerOptions): Promise<void> {
  if (options.hydrate === undefined) return
  await options.staticManifest?.()
  await options.hydrate.share(image.functions.map(({ sourceDirectory }) => sourceDirectory))
}

/** Python's packages come by the Dockerfile. */
async function bundlePython(image: PlannedImage, options: BundlerOptions): Promise<Bundle> {
  await share(image, options)
  return await stagePython(image, options)
}

/** `arc.static()` looks below the working directory; hydration may have left an old one there. */
async function staticManifestFiles(
  image: PlannedImage,
  functions: readonly BundledFunction[],
  options: BundlerOptions,
): Promise<ImageFile[]> {
  const readers = functions.filter(({ readsManifest }) => readsManifest)
  const manifest = readers.length > 0 ? await options.staticManifest?.() : undefined
  if (manifest === undefined) return []
  const source = { kind: 'bytes', bytes: manifest } as const
  const place = 'node_modules/@architect/shared/static.json'
  if (image.settings.workingDirectory === 'task-root') return [imageFile(place, source)]
  return readers.map(({ path }) => imageFile(posix.join(dirname(path), place), source))
}

function imageFile(path: string, source: ImageFile['source']): ImageFile {
  return { path: `var/task/${path}`, source, executable: false }
}
