import { posix } from 'node:path'

/**
 * What both generations of Lambda's Node client would load for `index.handler` before they come to
 * `index.cjs`, the bundle; see docs/facts.md.
 */
const before = new Set(['index', 'index.js', 'index.mjs', 'index.cjs'])
const compiled = ['.js', '.mjs', '.cjs']

/** A function's folder, seen from its handler; paths are posix and relative to that folder. */
export interface HandlerPlace {
  /** The sources' entry: `index.ts`, `lib/api.mjs`. */
  readonly entry: string
  /** Another program made the folder of the sources, which are elsewhere. */
  readonly isCompiled: boolean
}

/** Paths that the bundle replaces: the entry, or what a compiler made of it, with its map. */
export function replacedByBundle(
  { entry, isCompiled }: HandlerPlace,
  paths: ReadonlySet<string>,
): readonly string[] {
  const stem = entry.slice(0, entry.length - posix.extname(entry).length)
  const isTypeScript = /\.[cm]?tsx?$/.test(entry)
  const made = compiled.map((extension) => stem + extension).find((path) => paths.has(path))
  const twin = isCompiled || isTypeScript ? made : undefined
  const files = [...(isCompiled ? [] : [entry]), ...(twin === undefined ? [] : [twin])]
  return files.flatMap((file) => [file, `${file}.map`]).filter((path) => paths.has(path))
}

/** What Lambda would load in the bundle's place; `index/` for anything below a folder of that name. */
export function loadedInstead(path: string): string | undefined {
  if (path.startsWith('index/')) return 'index/'
  return before.has(path) ? path : undefined
}
