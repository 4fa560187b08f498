import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildOptions } from 'esbuild'

import { installedPackages } from '../../core/bundle/externals.ts'
import { preludeOf } from '../../core/bundle/define.ts'
import type { PlannedImage } from '../../core/model.ts'
import type { Bundle, ImageFile } from '../../ports/bundle.ts'
import type { SharedFolders } from './architect-plugin.ts'
import { buildOptions } from './build-options.ts'
import { bundleDigest } from './bundle-digest.ts'
import { bundleGroups, type Group } from './bundle-groups.ts'
import { checkHandlers } from './check-handler.ts'
import { includedFiles } from './included-files.ts'
import { judgeImports } from './judge-imports.ts'
import { readJson } from './read-json.ts'
import { runEsbuild } from './run-esbuild.ts'
import { stagePython } from './stage-python.ts'
import { takeSourceMaps } from './source-maps.ts'

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
  /** Makes sure that a folder's own packages are installed; see `createHydrator`. */
  readonly hydrate?: (directory: string) => Promise<void>
  /** Where source maps go; without it none are made, unless the user's options ask for them. */
  readonly sourceMapDirectory?: string
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
      await (image.language === 'python' ? stagePython(image) : bundleImage(image, once)),
  }
}

async function bundleImage(image: PlannedImage, options: BundlerOptions): Promise<Bundle> {
  const { groups, notes } = bundleGroups(image, options.shell)
  const included = await includedFiles(image)
  await hydrate(image, options)

  const appDirectory = await realpath(options.appDirectory)
  const installed = installedPackages(
    await readJson(join(image.definition.directory, 'package.json')),
  )
  const runs = await Promise.all(
    groups.map(async (group) => await runGroup(group, image, options, appDirectory, installed)),
  )
  const outputs = new Map(runs.flatMap((run) => [...run.files]))
  const code = await takeSourceMaps(outputs, image, options)
  const imports = await judgeImports(
    image,
    runs.flatMap((run) => run.imports),
    installed,
    [...image.settings.external, ...(options.esbuildConfig?.external ?? [])],
  )
  const inputs = runs.flatMap((run) => Object.entries(run.inputs))
  const unseen = await checkHandlers(image, code, appDirectory)

  const files = [...included, ...[...code].map(([path, bytes]) => imageFile(path, bytes))]
  files.push(...(await staticManifestFile(code, options)))
  files.sort((a, b) => (a.path < b.path ? -1 : 1))
  return {
    files,
    digest: await bundleDigest(files),
    externals: imports.externals,
    requires: imports.requires,
    askedBy: new Map(
      inputs.flatMap(([path, input]) =>
        input.imports.flatMap(({ path: to, external }) => (external ? [[to, path] as const] : [])),
      ),
    ),
    ownSources: inputs.flatMap(([path]) => (isOwnSource(path) ? [join(appDirectory, path)] : [])),
    notes: [
      ...new Set([...notes, ...runs.flatMap((run) => run.notes), ...imports.notes, ...unseen]),
    ],
  }
}

/** Virtual modules of plugins have a namespace before their path. */
function isOwnSource(path: string): boolean {
  return !/(?:^|\/)node_modules\/|^[\w-]{2,}:/.test(path)
}

/** Only what a bundle takes in: folders of the flagged functions, `src/shared` and `src/views`. */
async function hydrate(image: PlannedImage, options: BundlerOptions): Promise<void> {
  if (options.hydrate === undefined) return
  const sources = image.functions.map(({ sourceDirectory }) => sourceDirectory)
  const folders = [...sources, options.folders?.shared, options.folders?.views]
  for (const folder of new Set(folders)) {
    if (folder !== undefined) await options.hydrate(folder)
  }
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
    config: options.esbuildConfig ?? {},
    sourceMaps: options.sourceMapDirectory !== undefined,
  })
  const run = await runEsbuild(built.options, preludeOf(group.values), image.name)
  return { ...run, notes: [...built.notes, ...run.warnings] }
}

/** `arc.static()` looks below the working directory, `/var/task`, for all functions of an image. */
async function staticManifestFile(
  code: ReadonlyMap<string, Uint8Array>,
  options: BundlerOptions,
): Promise<ImageFile[]> {
  const reads = [...code.values()].some((bytes) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('static.json'),
  )
  const manifest = reads ? await options.staticManifest?.() : undefined
  if (manifest === undefined) return []
  return [imageFile('node_modules/@architect/shared/static.json', manifest)]
}

function imageFile(path: string, bytes: Uint8Array): ImageFile {
  return { path: `var/task/${path}`, source: { kind: 'bytes', bytes }, executable: false }
}
