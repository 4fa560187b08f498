import { readdir, readFile, stat } from 'node:fs/promises'
import { posix, relative, sep } from 'node:path'

import { readEdges } from '../../core/walk/read-edges.ts'
import { readLocations } from '../../core/script/read-locations.ts'
import type { BundleInput } from '../../ports/bundle.ts'
import type { BundledPackage } from './bundled-package.ts'

/** A file that bundled code names by where it is, and that is not where the bundle is. */
export interface LostPlace {
  /** As it is named: `'../data' beside itself`. */
  readonly what: string
  /** Where it is named: `lib/geoip.js:14` of the package. */
  readonly at: string
  /** It is data, there now, and wanted as soon as the code is loaded. */
  readonly certain: boolean
}

/** A path that is named, if the text says which. */
interface Named {
  readonly what: string
  readonly line: number
  /** Absolute, posix. */
  readonly target?: string
  /** Whether the code cannot do without it, when it is data. */
  readonly needed: boolean
}

/**
 * Files and folders that a bundled package names by `__dirname`, `import.meta` or a relative
 * `require.resolve`.
 * @param isShipped whether the image has a path where the code of a file will look for it
 */
export async function lostPlaces(
  { directory, files }: BundledPackage,
  isShipped: (input: BundleInput, beside: string) => boolean,
): Promise<LostPlace[]> {
  const found = await Promise.all(
    files.map(async (input) => {
      const file = input.file.split(sep).join('/')
      const named = await namedIn(input, file)
      const lost = await Promise.all(
        named.map(async ({ what, line, target, needed }): Promise<LostPlace[]> => {
          const at = `${relative(directory, input.file).split(sep).join('/')}:${line}`
          if (target === undefined) return [{ what, at, certain: false }]
          if (isShipped(input, posix.relative(posix.dirname(file), target))) return []
          const kind = await kindOf(target)
          // What is not there now was not needed when the code ran here.
          return kind === 'none' ? [] : [{ what, at, certain: needed && kind === 'data' }]
        }),
      )
      return lost.flat()
    }),
  )
  return found.flat()
}

async function namedIn(input: BundleInput, file: string): Promise<Named[]> {
  if (!/\.[cm]?js$/.test(file)) return []
  const text = await readFile(input.file, 'utf8').catch(() => '')
  const known = { path: file.replace(/^\/+/, ''), text, isModule: false }
  const folder = posix.dirname(file)
  const places = readLocations(known).flatMap(({ path, line, atLoad, tried }): Named[] => {
    if (tried) return []
    if (path === undefined) return [{ what: 'files beside itself', line, needed: false }]
    const target = `/${path}`
    const what = `'${posix.relative(folder, target)}' beside itself`
    return [{ what, line, target, needed: atLoad || path.endsWith('.node') }]
  })
  const resolves = [...text.matchAll(relativeResolve)].map(([, specifier = '']) => specifier)
  const { edges } = resolves.length === 0 ? { edges: [] } : readEdges(known)
  return [
    ...places,
    ...siblings(input, text).map((specifier): Named => ({
      what: `'${specifier}' beside itself`,
      line: text.slice(0, text.indexOf(specifier)).split('\n').length,
      target: posix.join(folder, specifier),
      needed: false,
    })),
    ...resolves.map((specifier): Named => {
      const edge = edges.find((one) => one.specifier === specifier)
      const what = `'${specifier}' by require.resolve`
      const needed = edge?.necessity !== 'tolerated'
      return { what, line: edge?.line ?? 1, target: posix.join(folder, specifier), needed }
    }),
  ]
}

const relativeResolve = /\brequire\.resolve\(\s*["'](\.{1,2}\/[^"']+)["']/g
const loadsByName = /\bimport\s*\(\s*(?:\/\*[^]*?\*\/\s*)*[^'"`\s/]|\bnew Worker\(/
const sibling = /["'](\.{1,2}\/[\w./-]+\.(?:[cm]?js|wasm|dat|bin))["']/g

/** Relative paths in the text of a file that loads by a computed name, but for what is bundled. */
function siblings({ imports }: BundleInput, text: string): string[] {
  if (!loadsByName.test(text)) return []
  const bundled = new Set(imports.map(({ specifier }) => specifier))
  const named = [...text.matchAll(sibling)].map(([, specifier = '']) => specifier)
  return [...new Set(named)].filter((specifier) => !bundled.has(specifier))
}

const code = /\.(?:[cm]?[jt]sx?|map)$|(?:^|\/)(?:package\.json|README[^/]*|LICENSE[^/]*)$/i

/** Code may be wanted by tools alone, as a template of a command; data has no other use. */
async function kindOf(path: string): Promise<'none' | 'code' | 'data'> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return 'none'
  if (found.isFile()) return code.test(path) ? 'code' : 'data'
  const entries = await readdir(path, { withFileTypes: true })
  return entries.some((entry) => entry.isFile() && !code.test(entry.name)) ? 'data' : 'code'
}
