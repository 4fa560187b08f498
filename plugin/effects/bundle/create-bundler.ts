import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildOptions } from 'esbuild'

import { installedPackages } from '../../core/bundle/externals.ts'
import { enterFolder, preludeOf } from '../../core/bundle/define.ts'
import type { PlannedImage } from '../../core/model.ts'
import type { Bundle, ImageFile } from '../../ports/bundle.ts'
import type { SharedFolders } from './architect-plugin.ts'
import { buildOptions } from './build-options.ts'
import { bundleDigest } from './bundle-digest.ts'
import { bundleGroups, type Group } from './bundle-groups.ts'
import { checkHandlers } from './check-handler.ts'
import type { Hydrator } from '../functions/hydrate.ts'
import { judgeImports } from './judge-imports.ts'
import { modulePlaces, placeOf } from './module-places.ts'
import { packFunctions } from '../functions/pack-functions.ts'
import { readJson } from '../folder/read-json.ts'
import { runEsbuild } from './run-esbuild.ts'
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
}

/** Bundles the functions of an image for Lambda's Node. */
export interface Bundler {
  readonly bundle: (image: PlannedImage) => Promise<Bundle>
}

/** A bundler on esbuild: one run an image, or one for each set of `define` values in it. */
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

async function bundleImage(image: PlannedImage, options: BundlerOptions): Promise<Bundle> {
  const { groups, notes } = bundleGroups(image, options.shell)
  await hydrate(image, options)

  const appDirectory = await realpath(options.appDirectory)
  const installed = installedPackages(
    await readJson(join(image.definition.directory, 'package.json')),
  )
  const runs = await Promise.all(
    groups.map(async (group) => await runGroup(group, image, options, appDirectory, installed)),
  )
  const code = new Map(runs.flatMap((run) => [...run.files]))
  await judgeImports(
    image,
    runs.flatMap((run) => run.imports),
    installed,
    [...image.settings.external, ...(options.esbuildConfig?.external ?? [])],
  )
  const unseen = await checkHandlers(image, code, appDirectory)

  const modules = new Map(runs.flatMap((run) => [...run.modules]))
  const packed = await packFunctions({
    image,
    appDirectory,
    installed,
    bundledOf(target) {
      const places = modulePlaces([target], options.folders ?? {}, appDirectory)
      const own = modules.get(`${target.folder}/index.cjs`) ?? []
      return new Map(
        own.flatMap((file) => {
          const place = placeOf(places, file)
          return place === undefined ? [] : [[place, file]]
        }),
      )
    },
  })
  const maps = new Map(runs.flatMap((run) => [...run.maps]))
  const ours = [...code].map(([path, bytes]) => imageFile(path, bytes))
  if (options.esbuildConfig?.sourcemap)
    ours.push(...[...maps].map(([path, bytes]) => imageFile(`${path}.map`, bytes)))
  ours.push(...(await staticManifestFiles(image, code, options)))
  const files = inOrder([...ours, ...packed.files])
  return {
    files,
    digest: bundleDigest(files),
    maps: new Map([...maps].map(([path, bytes]) => [`var/task/${path}`, bytes])),
    inputs: runs.flatMap((run) => run.inputs),
    leftOut: packed.leftOut,
    notes: [
      ...new Set([...notes, ...runs.flatMap((run) => run.notes), ...unseen, ...packed.notes]),
    ],
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

async function runGroup(
  group: Group,
  image: PlannedImage,
  options: BundlerOptions,
  appDirectory: string,
  installed: readonly string[],
) {
  const built = await buildOptions({
    appDirectory,
    outputDirectory: join(appDirectory, '.container-images'),
    nodeVersion: image.nodeVersion,
    functions: group.functions,
    values: group.values,
    externals: [...installed, ...image.settings.external],
    folders: options.folders ?? {},
    places: modulePlaces(group.functions, options.folders ?? {}, appDirectory),
    config: options.esbuildConfig ?? {},
  })
  const enter = image.settings.workingDirectory === 'task-root' ? '' : enterFolder
  const run = await runEsbuild(built.options, enter + preludeOf(group.values), image.name)
  return { ...run, notes: [...built.notes, ...run.warnings] }
}

/** `arc.static()` looks below the working directory; hydration may have left an old one there. */
async function staticManifestFiles(
  image: PlannedImage,
  code: ReadonlyMap<string, Uint8Array>,
  options: BundlerOptions,
): Promise<ImageFile[]> {
  const readers = image.functions.filter(({ folder }) => {
    const bytes = code.get(`${folder}/index.cjs`)
    return (
      bytes !== undefined &&
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('static.json')
    )
  })
  const manifest = readers.length > 0 ? await options.staticManifest?.() : undefined
  if (manifest === undefined) return []
  const place = 'node_modules/@architect/shared/static.json'
  if (image.settings.workingDirectory === 'task-root') return [imageFile(place, manifest)]
  return readers.map(({ folder }) => imageFile(`${folder}/${place}`, manifest))
}

function imageFile(path: string, bytes: Uint8Array): ImageFile {
  return { path: `var/task/${path}`, source: { kind: 'bytes', bytes }, executable: false }
}
