import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { recordOf } from '../../core/basics/is-record.ts'
import { memoized } from '../../core/basics/once.ts'
import { copiedCode } from '../../core/bundle/package-paths.ts'
import type { RunOutput } from './run-esbuild.ts'
import type { Module } from '../bundle-memory/bundled-function.ts'

/**
 * What a run of several entries has made for each of them, by the path of its bundle, as a run of its
 * own would have. esbuild links entries apart, but parses each module once for all of them, so those
 * are left out which have a module that could be another with other entries beside them.
 */
export function splitRun({ files, modules, warnings }: RunOutput): ReadonlyMap<string, RunOutput> {
  const entries = files.flatMap(({ entry }) => entry ?? [])
  const others = files.filter(({ entry }) => entry === undefined)
  const reachOf = memoized((entry: string) => reachable(entry, modules))
  const reached = new Set(entries.flatMap((entry) => [...reachOf(entry)]))
  const shared = new Set([
    ...warnings.map(({ module }) => module),
    ...others.flatMap(({ path, parts }) => {
      const isMap = others.some((other) => path === `${other.path}.map`)
      return parts.size > 0 || isMap ? [...parts.keys()] : [undefined]
    }),
    ...dependent(entries, modules),
  ])
  // Whose it is can be said of nothing that no module imports by its name.
  const isWhole =
    [...modules.keys()].every((path) => reached.has(path)) &&
    [...shared].every((path) => path !== undefined && reached.has(path)) &&
    [...modules.values()].every(({ imports }) => !imports.some(isPattern))
  if (!isWhole) return new Map()
  return new Map(
    files.flatMap((file) => {
      if (file.entry === undefined) return []
      const own = reachOf(file.entry)
      if ([...own].some((path) => shared.has(path))) return []
      const read = [...modules].filter(([path]) => own.has(path))
      return [[file.path, { files: [file], modules: new Map(read), warnings: [] }]]
    }),
  )
}

function reachable(entry: string, modules: ReadonlyMap<string, Module>): ReadonlySet<string> {
  const reached = new Set([entry])
  for (const path of reached)
    for (const { to, external } of modules.get(path)?.imports ?? []) if (!external) reached.add(to)
  return reached
}

/** Modules whose name or code depends on how else they, or their package, are imported in the run. */
function dependent(entries: readonly string[], modules: ReadonlyMap<string, Module>): string[] {
  const ways = new Map<string, Set<string>>(entries.map((entry) => [entry, new Set(['entry'])]))
  for (const { imports } of modules.values())
    for (const { to, specifier, external } of imports) {
      // What a plugin has resolved, as it may these, esbuild reads without tsconfig.json and
      // package.json.
      const way = copiedCode(specifier) === undefined ? 'path' : 'plugin'
      if (!external) ways.set(to, (ways.get(to) ?? new Set()).add(way))
    }
  return [...modules.values()].flatMap(({ path, file }) => {
    const isNamedByAttributes = path.includes(' with {')
    const isMixed = (ways.get(path)?.size ?? 0) > 1
    return isNamedByAttributes || isMixed || isFallback(file) ? [path] : []
  })
}

function isPattern({ specifier, to }: Module['imports'][number]): boolean {
  return `${specifier} ${to}`.includes('*')
}

/** esbuild takes it in the place of `module` where anything of the run requires it. */
function isFallback(file: string): boolean {
  if (!/^index\.[^.]+$/.test(basename(file))) return false
  const manifest = join(dirname(file), 'package.json')
  if (!existsSync(manifest)) return false
  try {
    const { main, module } = recordOf(JSON.parse(readFileSync(manifest, 'utf8')))
    return module !== undefined && (typeof main !== 'string' || main === '')
  } catch {
    // esbuild reads it in its own way.
    return true
  }
}
