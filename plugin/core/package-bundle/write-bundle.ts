import { posix } from 'node:path'

import { type GatheredModule, gatherModules, packagesFolder } from './gather-modules.ts'
import { type BundlePart, loaderCode, stubOf } from './loader.ts'

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
}

const folder = `${packagesFolder}.bundle`

/**
 * Writes modules into one file, in parts of those that the same entries lead to: so a function that
 * uses one package reads nothing of the others. A part has an index, the texts that are loaded first
 * and read as one byte a character, and the rest, which is read when it is asked for.
 * @returns `undefined` where nothing would be gained
 */
export function writeBundle({
  modules: all,
  entries,
}: ReturnType<typeof gatherModules>): PackageBundle | undefined {
  const led = entries.filter((path) => leadsOn(path, all)).toSorted()
  const ordered = partsOf(led, all)
  const modules = ordered.flat()
  if (modules.length === 0) return undefined
  const positions = new Map(modules.map(({ path }, position) => [path, position]))
  const parts: BundlePart[] = []
  const written: Uint8Array[] = []
  let [first, offset] = [0, 0]
  for (const part of ordered) {
    const index = Buffer.from(inAscii(JSON.stringify(part.map((one) => rowOf(one, positions)))))
    const head = sizeOf(part.filter((one) => rankOf(one) === 0))
    parts.push({ first, offset, index: index.length, head })
    written.push(index, ...part.map(({ bytes }) => bytes))
    first += part.length
    offset += index.length + sizeOf(part)
  }
  const numbers = led.map((path) => [nameOf(path), positions.get(path) ?? 0] as const)
  const loader = loaderCode({ parts, entries: Object.fromEntries(numbers) })
  return {
    files: [
      { path: `${folder}/load.cjs`, bytes: Buffer.from(loader) },
      { path: `${folder}/modules`, bytes: Buffer.concat(written) },
    ],
    stubs: led.flatMap((path) => {
      const specifier = posix.relative(posix.dirname(path), `${folder}/load.cjs`)
      const text = all.get(path)?.bytes
      return text === undefined ? [] : [{ path, bytes: stubOf(specifier, nameOf(path), text) }]
    }),
  }
}

/** Modules by the entries that lead to them, and in each part those first that are loaded first. */
function partsOf(
  entries: readonly string[],
  modules: ReadonlyMap<string, GatheredModule>,
): readonly (readonly GatheredModule[])[] {
  const leaders = new Map<string, number[]>()
  for (const [number, entry] of entries.entries())
    for (const path of reach(entry, modules))
      leaders.set(path, [...(leaders.get(path) ?? []), number])
  const parts = Map.groupBy(leaders.keys(), (path) => (leaders.get(path) ?? []).join(' '))
  return [...parts.values()].map((paths) =>
    paths
      .flatMap((path) => modules.get(path) ?? [])
      .toSorted((a, b) => rankOf(a) - rankOf(b) || (a.path < b.path ? -1 : 1)),
  )
}

/** A stub has the module's text a second time, which must be little beside what is saved. */
function leadsOn(path: string, modules: ReadonlyMap<string, GatheredModule>): boolean {
  const own = modules.get(path)
  if (own === undefined || own.bytes.subarray(0, 2).toString() === '#!') return false
  const reached = [...reach(path, modules)].flatMap((one) => modules.get(one) ?? [])
  return reached.length > 1 && sizeOf(reached) >= 2 * own.bytes.length
}

/** Paths of modules that one leads to, itself included. */
function reach(entry: string, modules: ReadonlyMap<string, GatheredModule>): ReadonlySet<string> {
  const reached = new Set([entry])
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
