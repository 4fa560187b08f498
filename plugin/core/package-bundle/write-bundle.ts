import { posix } from 'node:path'

import { type GatheredModule, gatherModules, packagesFolder } from './gather-modules.ts'
import { loaderCode, stubOf } from './loader.ts'

/** A file of the image, or what takes the place of one. */
export interface WrittenFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/** One file of modules with its loader, and the files that ask it. */
export interface PackageBundle {
  readonly files: readonly WrittenFile[]
  /** For files that the image has already. */
  readonly stubs: readonly WrittenFile[]
  /** How many modules are in it. */
  readonly modules: number
}

const folder = `${packagesFolder}.bundle`

/**
 * Writes modules into one file: an index, the text of what is loaded first and reads as one byte a
 * character, which the loader reads at once, and the rest, which it reads when it is asked for.
 * @returns `undefined` where nothing would be gained
 */
export function writeBundle({
  modules: all,
  entries,
}: ReturnType<typeof gatherModules>): PackageBundle | undefined {
  const led = entries.filter((path) => leadsOn(path, all))
  const modules = [...reach(led, all)]
    .flatMap((path) => all.get(path) ?? [])
    .toSorted((a, b) => rankOf(a) - rankOf(b) || (a.path < b.path ? -1 : 1))
  if (modules.length === 0) return undefined
  const positions = new Map(modules.map(({ path }, position) => [path, position]))
  const index = Buffer.from(inAscii(JSON.stringify(modules.map((one) => rowOf(one, positions)))))
  const head = modules.filter((one) => rankOf(one) === 0)
  const sizes = { index: index.length, head: sizeOf(head) }
  const stubs = led.flatMap((path) => {
    const module = all.get(path)
    const loader = posix.relative(posix.dirname(path), `${folder}/load.cjs`)
    return module === undefined ? [] : [{ path, bytes: stubOf(loader, nameOf(path), module.bytes) }]
  })
  return {
    files: [
      { path: `${folder}/load.cjs`, bytes: Buffer.from(loaderCode(sizes)) },
      {
        path: `${folder}/modules`,
        bytes: Buffer.concat([index, ...modules.map(({ bytes }) => bytes)]),
      },
    ],
    stubs,
    modules: modules.length,
  }
}

/** A stub has the module's text a second time, which must be little beside what is saved. */
function leadsOn(path: string, modules: ReadonlyMap<string, GatheredModule>): boolean {
  const own = modules.get(path)
  if (own === undefined || own.bytes.subarray(0, 2).toString() === '#!') return false
  const reached = [...reach([path], modules)].flatMap((one) => modules.get(one) ?? [])
  return reached.length > 1 && sizeOf(reached) >= 2 * own.bytes.length
}

/** Paths of modules that entries lead to, themselves included. */
function reach(
  entries: readonly string[],
  modules: ReadonlyMap<string, GatheredModule>,
): ReadonlySet<string> {
  const reached = new Set<string>(entries)
  for (const path of reached)
    for (const to of modules.get(path)?.requests.values() ?? [])
      if (modules.has(to)) reached.add(to)
  return reached
}

function nameOf(path: string): string {
  return path.slice(packagesFolder.length)
}

function sizeOf(modules: readonly GatheredModule[]): number {
  return modules.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

function rankOf({ necessity, bytes }: GatheredModule): 0 | 1 {
  return necessity !== 'lazy' && bytes.every((byte) => byte < 128) ? 0 : 1
}

function rowOf(
  { path, bytes, requests }: GatheredModule,
  positions: ReadonlyMap<string, number>,
): readonly [string, number, Record<string, number>] {
  const known = [...requests].flatMap(([specifier, to]) => {
    const position = positions.get(to)
    return position === undefined ? [] : [[specifier, position] as const]
  })
  return [nameOf(path), bytes.length, Object.fromEntries(known)]
}

function inAscii(json: string): string {
  return json.replaceAll(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
