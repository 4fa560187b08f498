import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import type { Loader, Plugin } from 'esbuild'

import { deferComputed, locationCode } from '../../core/bundle/finish-text.ts'
import { packagePathOf } from '../../core/bundle/package-paths.ts'
import { isFile } from '../folder/is-file.ts'
import { type ModulePlace, placeFinder } from '../functions/module-places.ts'

/**
 * Tells each module of a function where it is in a zip, as the files that it finds by that are beside
 * it in the image too. Native files of its own stay files, which `require` loads from there.
 */
export function locationPlugin(
  places: readonly ModulePlace[],
  loaders: Readonly<Record<string, Loader>>,
): Plugin {
  const placeOf = placeFinder(places)
  // A native package of the app's is for this machine: it belongs into the image's package.json.
  const ofFunction = placeFinder(places.filter(({ place }) => place !== 'node_modules'))
  const entries = new Set(places.flatMap(({ entry }) => entry ?? []))
  return {
    name: 'location',
    setup(build) {
      if (places.length === 0) return
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
        const place = placeOf(path)
        const loader = loaders[extname(path)]
        if (place === undefined || loader === undefined) return undefined
        const written = await readFile(path, 'utf8')
        const text = packagePathOf(place) === undefined ? deferComputed(written) : written
        const code = locationCode(text, place, entries.has(path) ? 'index.cjs' : place)
        return code === '' ? undefined : { contents: prepend(text, code), loader }
      })
      build.onResolve({ filter: /^\.{0,2}\// }, ({ path, resolveDir, kind }) => {
        if (kind === 'entry-point') return undefined
        // In Node's order: a native file may be named without its extension.
        const named = resolve(resolveDir, path)
        const file = ['', '.js', '.json', '.node'].map((end) => named + end).find(isFile)
        if (file === undefined || !file.endsWith('.node')) return undefined
        const place = ofFunction(file)
        return place === undefined ? undefined : { path: `./${place}`, external: true }
      })
    },
  }
}

/** A `#!` line stays the first, and `"use strict"` the first statement. */
function prepend(text: string, code: string): string {
  const hashbang = /^#!.*\n?/.exec(text)?.[0] ?? ''
  const rest = text.slice(hashbang.length)
  const comments = /^(?:\s+|\/\/.*|\/\*[^]*?\*\/)*/.exec(rest)?.[0] ?? ''
  const strict = /^(["'])use strict\1;?/.test(rest.slice(comments.length)) ? '"use strict";' : ''
  return `${hashbang}${strict}${code}${rest}`
}
