import type { ArchivedEntry } from '../image/archived-entry.ts'
import type { ImageContents } from './image-contents.ts'

/** A part of an image with what it holds; bytes are unpacked ones. */
export interface SizedPart {
  readonly part: PartName
  readonly bytes: number
  readonly items: readonly SizedItem[]
}

export interface SizedItem {
  /** By what it is found again in another image: a package's name, a function's folder. */
  readonly name: string
  readonly bytes: number
  /** What a function consists of, where that is known. */
  readonly inside?: readonly SizedItem[]
}

/** From the bottom up, with what each is called. */
export const partNames = {
  base: 'Base',
  layers: 'Lambda layers',
  packages: 'Packages',
  functions: 'Functions',
  other: 'Other files',
} as const

export type PartName = keyof typeof partNames

/**
 * The parts of an image that may not be made yet.
 * @param base unpacked bytes; absent: not known
 */
export function plannedSizes(
  contents: Pick<ImageContents, 'images' | 'functions' | 'packages' | 'files'>,
  base?: number,
): readonly SizedPart[] {
  const { images, functions, packages, files } = contents
  const reference = images.find(({ role }) => role === 'base')?.reference ?? 'base'
  const installed = packages.filter(({ how }) => how === 'installed')
  return [
    ...(base === undefined ? [] : [partOf('base', [{ name: reference, bytes: base }])]),
    partOf('packages', grouped(installed)),
    partOf(
      'functions',
      functions.map(({ place, bytes }): SizedItem => {
        const its = packages.filter((one) => one.how !== 'installed' && isIn(one.place, place))
        const inside = [...grouped(its), ...(bytes > 0 ? [{ name: ownCode, bytes }] : [])]
        return {
          name: place.slice(root.length),
          bytes: sumOf(inside),
          inside: inside.toSorted(bySize),
        }
      }),
    ),
    partOf('other', grouped(files.map(({ path, bytes }) => ({ name: ownerOf(path).name, bytes })))),
  ].filter(({ items }) => items.length > 0)
}

/** A layer of an image that is there: what it holds, or how much where that is all that is known. */
export type SizedLayer =
  | { readonly kind: 'base'; readonly name: string; readonly bytes: number }
  | { readonly kind: 'read'; readonly entries: readonly ArchivedEntry[] }

/** The parts of an image as a repository has it. What a later layer covers is counted there. */
export function servedSizes(layers: readonly SizedLayer[]): readonly SizedPart[] {
  const base = layers.flatMap((layer) => (layer.kind === 'base' ? [layer] : []))
  const files = new Map<string, number>()
  for (const layer of layers)
    for (const { path, size = 0 } of layer.kind === 'read' ? layer.entries : [])
      if (size > 0) files.set(path, size)
  const items: Record<Exclude<PartName, 'base'>, Map<string, number>> = {
    layers: new Map(),
    packages: new Map(),
    functions: new Map(),
    other: new Map(),
  }
  for (const [path, size] of files) {
    const { part, name } = ownerOf(path)
    items[part].set(name, (items[part].get(name) ?? 0) + size)
  }
  const [lowest] = base
  const baseItem = lowest && { name: lowest.name, bytes: sumOf(base) }
  return [
    ...(baseItem === undefined ? [] : [partOf('base', [baseItem])]),
    ...(['layers', 'packages', 'functions', 'other'] as const).map((part) =>
      partOf(
        part,
        [...items[part]].map(([name, bytes]) => ({ name, bytes })),
      ),
    ),
  ].filter((part) => part.items.length > 0)
}

/** What is known of the inside of functions, put into what a repository tells of their sizes. */
export function withInside(
  served: readonly SizedPart[],
  planned: readonly SizedPart[],
): readonly SizedPart[] {
  const known = new Map(
    planned.flatMap(({ items }) => items).map((item) => [item.name, item] as const),
  )
  return served.map((part) => ({
    ...part,
    items: part.items.map((item) => {
      const same = part.part === 'functions' ? known.get(item.name) : undefined
      return same?.inside !== undefined && same.bytes === item.bytes
        ? { ...item, inside: same.inside }
        : item
    }),
  }))
}

const root = 'var/task/'
const ownCode = 'own code and files'

/** Folders of functions have the form that Architect's pragmas give them. */
const functionFolder =
  /^var\/task\/((?:http|events|queues|scheduled|tables-streams|ws|customLambdas)\/[^/]+)\//

function ownerOf(path: string): { part: Exclude<PartName, 'base'>; name: string } {
  const ofFunction = functionFolder.exec(path)?.[1]
  if (ofFunction !== undefined) return { part: 'functions', name: ofFunction }
  const ofPackage = /^var\/task\/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]
  if (ofPackage !== undefined) return { part: 'packages', name: ofPackage }
  if (path.startsWith('opt/')) return { part: 'layers', name: '/opt' }
  const [first = '', second, third] = path.split('/')
  if (path.startsWith(root)) return { part: 'other', name: `/var/task/${third ?? ''}` }
  return { part: 'other', name: `/${second === undefined ? first : `${first}/${second}`}` }
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

/** All copies of a package are one item. */
function grouped(
  items: readonly { readonly name: string; readonly bytes: number }[],
): readonly SizedItem[] {
  const byName = Map.groupBy(items, ({ name }) => name)
  return [...byName].map(([name, copies]) => ({ name, bytes: sumOf(copies) }))
}

function partOf(part: PartName, items: readonly SizedItem[]): SizedPart {
  return { part, bytes: sumOf(items), items: items.toSorted(bySize) }
}

function bySize(one: SizedItem, other: SizedItem): number {
  return other.bytes - one.bytes || (one.name < other.name ? -1 : 1)
}

export function sumOf(items: readonly { readonly bytes: number }[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes, 0)
}
