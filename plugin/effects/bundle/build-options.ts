import { join } from 'node:path'
import type { BuildOptions, Plugin } from 'esbuild'

import { replacementsOf } from '../../core/bundle/define.ts'
import { location } from '../../core/bundle/finish-text.ts'
import type { ImageFunction } from '../../core/model.ts'
import type { SharedFolders } from '../functions/module-places.ts'
import { architectPlugin } from './architect-plugin.ts'
import { autoinstalledPackages, autoinstalledPlugin } from './autoinstalled-plugin.ts'
import { externalPlugin } from './external-plugin.ts'

/** What one run of esbuild is made from. */
export interface RunInput {
  /** Real path: esbuild names modules by their real path, relative to it. */
  readonly appDirectory: string
  readonly outputDirectory: string
  readonly nodeVersion: number
  readonly functions: readonly ImageFunction[]
  readonly values: ReadonlyMap<string, string>
  readonly externals: readonly string[]
  readonly folders: SharedFolders
  /** The user's own options; ours win where a function would not load otherwise. */
  readonly config: BuildOptions
}

const defaults: BuildOptions = {
  minifyWhitespace: true,
  minifySyntax: true,
  minifyIdentifiers: false,
  legalComments: 'none',
}

/** Outputs are ours to name; asking for others is no conflict worth a word. */
const silent = new Set(['entryPoints', 'outdir', 'absWorkingDir', 'metafile', 'logLevel', 'bundle'])

/**
 * Options for one run, and what of the user's own options had to give way. After these plugins comes
 * `locationPlugin`, so that one of the user's loads what it is there for.
 */
export async function buildOptions(input: RunInput): Promise<{
  options: BuildOptions & { readonly outdir: string; readonly plugins: Plugin[] }
  notes: string[]
  /** Folders of packages that count less than the app's. */
  leftovers: readonly string[]
}> {
  const {
    outfile: _,
    outbase: __,
    watch: ___,
    ...config
  }: BuildOptions & { watch?: unknown } = input.config
  const fixed = fixedOptions(input)
  const notes: string[] = []
  for (const [name, value] of Object.entries(fixed)) {
    const theirs: unknown = Object.entries(config).find(([key]) => key === name)?.[1]
    if (theirs === undefined || silent.has(name)) continue
    if (JSON.stringify(theirs) !== JSON.stringify(value)) {
      notes.push(
        `esbuild-config: ${name} is ${JSON.stringify(value)} in an image, not ${JSON.stringify(theirs)}.`,
      )
    }
  }
  const replacements = { ...replacementsOf(input.values), ...location }
  for (const name of Object.keys(config.define ?? {})) {
    if (Object.hasOwn(replacements, name)) {
      notes.push(`esbuild-config: its define of ${name} gives way to the one of the image.`)
    }
  }
  const sources = input.functions.map(({ sourceDirectory }) => sourceDirectory)
  const leftovers = await autoinstalledPackages(sources)
  const options = {
    ...defaults,
    ...config,
    ...fixed,
    ...sourceMapOptions(input),
    // Shared code is copied into each function and may use that function's own packages.
    nodePaths: [
      ...(config.nodePaths ?? []),
      ...sources.map((directory) => join(directory, 'node_modules')),
    ],
    define: { ...config.define, ...replacements },
    plugins: [
      externalPlugin(input.externals),
      architectPlugin(input.folders),
      ...(leftovers.length === 0 ? [] : [autoinstalledPlugin(input.appDirectory, leftovers)]),
      ...(config.plugins ?? []),
    ],
  }
  return { options, notes, leftovers }
}

/** Options that decide whether Lambda can load the output, or whether two machines agree on it. */
function fixedOptions(input: RunInput) {
  return {
    absWorkingDir: input.appDirectory,
    entryPoints: input.functions.map((each) => ({
      in: each.entryFile,
      out: `${each.folder}/index`,
    })),
    outdir: input.outputDirectory,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    write: false,
    metafile: true,
    splitting: false,
    format: 'cjs',
    platform: 'node',
    packages: 'bundle',
    target: `node${input.nodeVersion}`,
    preserveSymlinks: false,
    logLevel: 'silent',
  } as const satisfies BuildOptions
}

/**
 * Inline maps would be loaded with the code. Without one in the image there is one for `logs`, which
 * asks for lines alone: the sources are most of a map.
 */
function sourceMapOptions({ config }: RunInput): BuildOptions {
  if (!config.sourcemap) return { sourcemap: 'external', sourcesContent: false }
  return { sourcemap: config.sourcemap === 'external' ? 'external' : 'linked' }
}
