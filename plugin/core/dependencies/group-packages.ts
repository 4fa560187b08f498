import { packageFolders } from '../natives/package-folders.ts'

/** Bytes, unpacked, from which on a package has a layer of its own. */
export const largePackage = 4 * 1024 * 1024
/** So that an image stays far from the 127 layers that it may have. */
const mostOwnLayers = 8

/** Where packages are in an image. */
export const packagesRoot = 'var/task/'

/** Entries that share a layer. */
export interface PackageGroup<Entry> {
  /** Path of the package that has the layer to itself: `node_modules/sharp`; absent: the rest. */
  readonly owner?: string
  readonly entries: readonly Entry[]
  /** Unpacked bytes of its packages, by their paths. */
  readonly packages: ReadonlyMap<string, number>
}

/**
 * Divides the entries of an image's packages into layers, the lowest first. A large package has one
 * of its own, and all others share the last one, with links and whatever belongs to no package: so
 * another version of one package leaves the layers of all others as they are. The place of a file is
 * decided by the package that it is in alone, unless more than eight are large: the largest then
 * have the layers.
 */
export function groupPackages<Entry extends { readonly path: string }>(
  entries: readonly Entry[],
  sizeOf: (entry: Entry) => number,
): readonly PackageGroup<Entry>[] {
  const byPackage = Map.groupBy(entries, ({ path }) => ownerOf(path))
  const sizes = new Map(
    [...byPackage].map(([owner, own]) => [owner, own.reduce((sum, one) => sum + sizeOf(one), 0)]),
  )
  const size = (owner: string): number => sizes.get(owner) ?? 0
  const owners = [...byPackage.keys()].filter((owner) => owner !== '').toSorted()
  const large = owners
    .filter((owner) => size(owner) >= largePackage)
    .toSorted((one, other) => size(other) - size(one))
    .slice(0, mostOwnLayers)
  const own = new Set(large)
  const rest = {
    entries: entries.filter(({ path }) => !own.has(ownerOf(path))),
    packages: new Map(owners.filter((owner) => !own.has(owner)).map((one) => [one, size(one)])),
  }
  const groups = large.map((owner): PackageGroup<Entry> => ({
    owner,
    entries: byPackage.get(owner) ?? [],
    packages: new Map([[owner, size(owner)]]),
  }))
  return rest.entries.length > 0 || groups.length === 0 ? [...groups, rest] : groups
}

/** The innermost package that a file is in; empty for what belongs to none. */
export function ownerOf(path: string): string {
  return packageFolders(path.slice(packagesRoot.length)).at(-1) ?? ''
}
