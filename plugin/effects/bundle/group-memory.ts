import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { BuildOptions } from 'esbuild'

import { recordOf } from '../../core/basics/is-record.ts'
import { isUnwritable } from '../cache/write-whole.ts'
import type { buildOptions } from './build-options.ts'
import { type BundleMemory, openBundleMemory } from '../bundle-memory/bundle-memory.ts'
import { createDiskAnswers } from '../bundle-memory/disk-answers.ts'
import type { GroupInput } from './group-input.ts'
import type { ModulePlace } from '../functions/module-places.ts'
import { ownVersion } from '../own-version.ts'

/**
 * Goes up when the same sources become another bundle, when more decides it than is asked for, and
 * when records are written in another form.
 */
const version = 2

/** The user's options of which nothing on the disk depends but what imports say. */
const plainOptions = new Set(
  [
    'banner charset define drop dropLabels external footer ignoreAnnotations jsx jsxDev jsxFactory',
    'jsxFragment jsxImportSource jsxSideEffects keepNames legalComments lineLimit loader logLevel',
    'logLimit metafile minify minifyIdentifiers minifySyntax minifyWhitespace platform pure',
    'sourceRoot sourcemap sourcesContent supported target treeShaking',
  ].flatMap((line) => line.split(' ')),
)

/** Whether nothing of the user's has a say in what modules are, or in where they are. */
export function isPlainConfig(config: BuildOptions = {}): boolean {
  return Object.keys(config).every((name) => plainOptions.has(name))
}

interface Run {
  readonly built: Awaited<ReturnType<typeof buildOptions>>
  readonly places: readonly ModulePlace[]
  readonly prelude: string
}

/**
 * The bundles of earlier runs for a group; nothing where no cache is at hand, and where bundles are
 * not to be kept or it cannot be said what decides them: values of `define-secret`, plugins.
 */
export async function openGroupMemory(
  { image, appDirectory, installed, options }: GroupInput,
  { built, places, prelude }: Run,
): Promise<BundleMemory | undefined> {
  const { cacheDirectory, esbuildConfig = {}, folders = {} } = options
  if (cacheDirectory === undefined || image.settings.defineSecret.length > 0) return undefined
  if (!isPlainConfig(esbuildConfig)) return undefined
  const { entryPoints: _, plugins: __, nodePaths = [], ...plain } = built.options
  if (!isPlain(plain)) return undefined
  const there = nodePaths.filter(existsSync)
  const key = {
    version,
    versions: versions(),
    appDirectory,
    image: image.name,
    options: plain,
    nodePaths: there,
    prelude,
    externals: [installed, image.settings.external],
    leftovers: built.leftovers,
    folders,
    environment: [process.env['NODE_PATH'], process.env['ESBUILD_BINARY_PATH']],
  }
  const shared = [folders.shared, folders.views].filter((folder) => folder !== undefined)
  try {
    return await openBundleMemory({
      cacheDirectory,
      key,
      answers: createDiskAnswers(places, appDirectory),
      lookup: { appDirectory, nodePaths: there, shared },
      packsMaps: Boolean(esbuildConfig.sourcemap),
    })
  } catch (error) {
    // A cache that cannot be written is only slower.
    if (!isUnwritable(error)) throw error
    return undefined
  }
}

/** Of esbuild too, which an app may have in another version. */
function versions(): readonly unknown[] {
  const file = createRequire(import.meta.url).resolve('esbuild/package.json')
  return [ownVersion(), recordOf(JSON.parse(readFileSync(file, 'utf8')))['version']]
}

/** Whether JSON has all of it. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain)
  if (typeof value !== 'object' || value === null)
    return !['function', 'symbol', 'bigint'].includes(typeof value)
  const isObject = [Object.prototype, null].includes(Object.getPrototypeOf(value))
  return isObject && Object.values(value).every(isPlain)
}
