import { readFileSync, statSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import type { Loader, OnLoadResult, Plugin, PluginBuild } from 'esbuild'

import { deferComputed, locationCode } from '../../core/bundle/finish-text.ts'
import { otherTexts } from '../../core/bundle/other-texts.ts'
import { packagePathOf } from '../../core/bundle/package-paths.ts'
import { isFile } from '../folder/is-file.ts'
import { type ModulePlace, placeFinder } from '../functions/module-places.ts'
import { mayHaveNatives } from './may-have-natives.ts'

/** esbuild's own, of the files that have a place to know. */
const defaultLoaders: Readonly<Record<string, Loader>> = {
  '.js': 'js',
  '.cjs': 'js',
  '.mjs': 'js',
  '.jsx': 'jsx',
  '.ts': 'ts',
  '.cts': 'ts',
  '.mts': 'ts',
  '.tsx': 'tsx',
}

/** Files that are looked at before esbuild asks: with more, its filter is too long. */
const mostBefore = 1000

/**
 * Tells each module of a function where it is in a zip, as the files that it finds by that are beside
 * it in the image too. Native files of its own stay files, which `require` loads from there.
 * @param expected files that are likely to be read: those with nothing to be told esbuild reads by
 * itself, as each that it asks for costs both programs more than the reading
 */
export function locationPlugin(
  places: readonly ModulePlace[],
  expected: readonly string[] = [],
): Plugin {
  const placeOf = placeFinder(places)
  // A native package of the app's is for this machine: it belongs into the image's package.json.
  const own = places.filter(({ place }) => place !== 'node_modules')
  const entries = new Set(places.flatMap(({ entry }) => entry ?? []))
  return {
    name: 'location',
    setup(build) {
      if (places.length === 0) return
      const loaders = { ...defaultLoaders, ...build.initialOptions.loader }
      const load = (path: string): OnLoadResult | undefined => {
        const place = placeOf(path)
        const loader = loaders[extname(path)]
        if (place === undefined || loader === undefined || !script.test(path)) return undefined
        const written = readFileSync(path, 'utf8')
        const text = packagePathOf(place) === undefined ? deferComputed(written) : written
        const code = locationCode(text, place, entries.has(path) ? 'index.cjs' : place)
        return code === '' ? undefined : { contents: prepend(text, code), loader }
      }
      const isPlain = (path: string): boolean => {
        try {
          return load(path) === undefined
        } catch {
          // What cannot be read esbuild reports.
          return false
        }
      }
      const changes = new Map(expected.slice(0, mostBefore).map((path) => [path, changedAt(path)]))
      const plain = [...changes.keys()].filter(isPlain)
      const filter = plain.length === 0 ? script : otherTexts(plain)
      build.onLoad({ filter }, ({ path }) => load(path))
      // esbuild reads them later than we do, and one may have become another meanwhile.
      const isOther = (path: string): boolean =>
        changedAt(path) !== changes.get(path) && !isPlain(path)
      build.onEnd(() => ({
        errors: plain
          .filter(isOther)
          .map((path) => ({ text: `${path} was changed while it was bundled. Deploy again.` })),
      }))
      if (own.some(({ directory }) => mayHaveNatives(directory))) leaveNatives(build, own)
    },
  }
}

/** In milliseconds; 0: it is not there. */
function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0
}

const script = /\.[cm]?[jt]sx?$/

function leaveNatives(build: PluginBuild, own: readonly ModulePlace[]): void {
  const placeOf = placeFinder(own)
  build.onResolve({ filter: /^\.{0,2}\// }, ({ path, resolveDir, kind }) => {
    if (kind === 'entry-point') return undefined
    // In Node's order: a native file may be named without its extension.
    const named = resolve(resolveDir, path)
    const file = ['', '.js', '.json', '.node'].map((end) => named + end).find(isFile)
    if (file === undefined || !file.endsWith('.node')) return undefined
    const place = placeOf(file)
    return place === undefined ? undefined : { path: `./${place}`, external: true }
  })
}

/** A `#!` line stays the first, and `"use strict"` the first statement. */
function prepend(text: string, code: string): string {
  const hashbang = /^#!.*\n?/.exec(text)?.[0] ?? ''
  const rest = text.slice(hashbang.length)
  const comments = /^(?:\s+|\/\/.*|\/\*[^]*?\*\/)*/.exec(rest)?.[0] ?? ''
  const strict = /^(["'])use strict\1;?/.test(rest.slice(comments.length)) ? '"use strict";' : ''
  return `${hashbang}${strict}${code}${rest}`
}
