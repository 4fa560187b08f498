import { realpathSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

import { memoized } from '../../core/basics/once.ts'
import type { ImageFunction } from '../../core/model.ts'

/** Source folders of what Architect copies into each function as `@architect/shared` and `/views`. */
export interface SharedFolders {
  readonly shared?: string
  readonly views?: string
}

/** A folder of modules, and where a zip has them. */
export interface ModulePlace {
  /** Absolute, without links. */
  readonly directory: string
  /** In the function's folder, posix: empty, or `node_modules/@architect/shared`. */
  readonly place: string
  /** The function's entry, absolute and without links. */
  readonly entry?: string
}

/** Where the modules of functions are in their zips; a compiled one has none but its output. */
export function modulePlaces(
  functions: readonly ImageFunction[],
  folders: SharedFolders,
  appDirectory: string,
): ModulePlace[] {
  const own = functions.flatMap((target) => ownPlace(target) ?? [])
  return own.length === 0 ? [] : [...own, ...sharedPlaces(folders, appDirectory)]
}

/**
 * Where each function's zip has modules, as `placeFinder` finds it; what all functions can have is
 * looked for once.
 */
export function placeFinders(
  folders: SharedFolders,
  appDirectory: string,
): (target: ImageFunction) => (file: string) => string | undefined {
  const inAll = memoized(placeFinder(sharedPlaces(folders, appDirectory)))
  return (target) => {
    const own = ownPlace(target)
    if (own === undefined) return () => undefined
    const inOwn = placeFinder([own])
    const folder = join(own.directory, sep)
    return (file) => (file.startsWith(folder) ? inOwn(file) : inAll(file))
  }
}

function ownPlace(target: ImageFunction): ModulePlace | undefined {
  const { sourceDirectory, codeDirectory, entryFile } = target
  if (codeDirectory !== undefined) return undefined
  return { directory: realPath(sourceDirectory), place: '', entry: realPath(entryFile) }
}

function sharedPlaces(folders: SharedFolders, appDirectory: string): ModulePlace[] {
  const shared = (['shared', 'views'] as const).flatMap((name) => {
    const directory = folders[name]
    if (directory === undefined) return []
    return [{ directory: realPath(directory), place: `node_modules/@architect/${name}` }]
  })
  // What the app has installed Architect would install again for each function that imports it.
  const packages = { directory: join(appDirectory, 'node_modules'), place: 'node_modules' }
  return [...shared, packages]
}

/**
 * Finds a module's path in its function's folder; `undefined` for one that a zip would not have. Of
 * places inside of one another the first counts.
 */
export function placeFinder(places: readonly ModulePlace[]): (file: string) => string | undefined {
  const numbers = new Map(
    places.map(({ directory }, number) => [directory, number] as const).toReversed(),
  )
  const numberAbove = memoized((folder: string): number => {
    const above = dirname(folder)
    const own = numbers.get(folder) ?? Infinity
    return above === folder ? own : Math.min(own, numberAbove(above))
  })
  return (file) => {
    const found = places[numberAbove(dirname(file))]
    if (found === undefined) return undefined
    const { directory } = found
    const inner = file.slice(directory.length + (directory.endsWith(sep) ? 0 : 1))
    const inside = sep === '/' ? inner : inner.split(sep).join('/')
    // pnpm's own folders, `.pnpm/a@1/node_modules/a`, are nowhere but in the app.
    const plain = inside.replace(/^\.pnpm\/[^/]+\/node_modules\//, '')
    return found.place === '' ? plain : `${found.place}/${plain}`
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
