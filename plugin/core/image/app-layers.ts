import { createHash } from 'node:crypto'

/** Raised when the same files would be laid into other layers than before. */
export const appLayersVersion = 1

/** More than pays, and far from the 127 layers that an image may have with base and packages. */
export const mostAppLayers = 20

/** How many groups there may be: steps that are far apart, since each moves every function. */
const steps = [1, 2, 5, 10, mostAppLayers]
/** Bytes for which a layer more is worth its requests; as many as three requests take the time of. */
const worthLayer = 512 * 1024
/** Beyond this a folder is in a group by itself anyway, and asks for no more than one. */
const largeFolder = 1024 * 1024
/** So many functions are worth a layer more, however small they are. */
const foldersOfLayer = 8
/** How much fuller than the average a group may be. */
const slack = 1.25

interface Placed {
  /** From the image's root: `var/task/http/get-index/index.cjs`. */
  readonly path: string
}

/** The files of one folder, which are never parted. */
interface Folder {
  readonly name: string
  /** Bytes, roughly: a changed line moves nothing. */
  readonly weight: number
  /** Of its name, so that no other folder has a say in its place. */
  readonly hash: Buffer
}

/**
 * An image's own files in groups, a layer each, so that changed code sends one of them. Files of a
 * function stay together. Its group is the one that its name's hash prefers; where that is full,
 * the next: so nothing but a step in the number of groups moves many. Large folders come first and
 * are alone. Whatever order the files come in, the same files give the same groups.
 * @param most of groups; at least 1
 */
export function appLayers<File extends Placed>(
  files: readonly File[],
  sizeOf: (file: File) => number,
  most = mostAppLayers,
): readonly (readonly File[])[] {
  const folders = foldersOf(files, sizeOf)
  const count = groupCount(folders, most)
  const total = folders.reduce((sum, { weight }) => sum + weight, 0)
  const full = rounded((slack * total) / count)
  const weights = Array.from({ length: count }, () => 0)
  const places = new Map<string, number>()
  for (const { name, weight, hash } of folders) {
    const group = chooseGroup(weights, hash, (there) => there === 0 || there + weight <= full)
    weights[group] = (weights[group] ?? 0) + weight
    places.set(name, group)
  }
  const groups = Map.groupBy(files, (file) => places.get(folderOf(file)) ?? 0)
  if (groups.size === 0) return [[]]
  return [...groups].toSorted(([a], [b]) => a - b).map(([, own]) => own)
}

/** The group that a hash prefers of those with room, else of the emptiest. */
function chooseGroup(
  weights: readonly number[],
  hash: Buffer,
  hasRoom: (weight: number) => boolean,
): number {
  const open = weights.some(hasRoom) ? hasRoom : isLeast(weights)
  const preference = (group: number): number => hash.readUInt16BE(2 * group)
  const candidates = [...weights.entries()].filter(([, weight]) => open(weight))
  return (
    candidates.map(([group]) => group).toSorted((a, b) => preference(a) - preference(b))[0] ?? 0
  )
}

function isLeast(weights: readonly number[]): (weight: number) => boolean {
  const least = Math.min(...weights)
  return (weight) => weight === least
}

/** The heaviest first: they have the least choice. */
function foldersOf<File extends Placed>(
  files: readonly File[],
  sizeOf: (file: File) => number,
): readonly Folder[] {
  return [...Map.groupBy(files, folderOf)]
    .map(([name, own]): Folder => {
      const size = own.reduce((sum, file) => sum + sizeOf(file), 0)
      const hash = createHash('sha512').update(name).digest()
      return { name, weight: rounded(Math.max(size, 1)), hash }
    })
    .toSorted((a, b) => b.weight - a.weight || Buffer.compare(a.hash, b.hash))
}

/**
 * `http/get-index` of `var/task/http/get-index/...`: where functions are. Of files of the image, such
 * as models, the folders of the same depth; those above belong together.
 */
function folderOf({ path }: Placed): string {
  return path.split('/').slice(2, -1).slice(0, 2).join('/')
}

function groupCount(folders: readonly Folder[], most: number): number {
  const bytes = folders.reduce((sum, { weight }) => sum + Math.min(weight, largeFolder), 0)
  const wanted = Math.max(bytes / worthLayer, folders.length / foldersOfLayer)
  return steps.findLast((step) => step <= Math.min(wanted, most)) ?? 1
}

/** Up to three significant bits, so that little more or less of code stays the same. */
function rounded(size: number): number {
  let unit = 1
  while (size > 8 * unit) unit *= 2
  return Math.ceil(size / unit) * unit
}
