import type { ImageContents, PackedPackage } from '../contents/image-contents.ts'
import { npmUrl } from './package-url.ts'

/** One version of a package, wherever an image has it. */
export interface DistinctPackage {
  /** Unique in the document, and the same in the next one. */
  readonly key: string
  readonly purl?: string
  readonly first: PackedPackage
  readonly places: readonly { readonly place: string; readonly how: PackedPackage['how'] }[]
  /** Keys of the packages that it loads. */
  readonly needs: readonly string[]
}

/** The packages of an image, each version once, in an order that only they decide. */
export function distinctPackages({ packages }: ImageContents): {
  readonly packages: readonly DistinctPackage[]
  /** Of the packages with these ids. */
  readonly keysOf: (ids: readonly string[]) => readonly string[]
} {
  const keys = new Map(packages.map((one) => [one.id, keyOf(one)]))
  const keysOf = (ids: readonly string[]) => sorted(ids.flatMap((id) => keys.get(id) ?? []))
  const groups = [...Map.groupBy(packages, keyOf)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const found = groups.map(([key, group]): DistinctPackage => {
    // Only where it was installed does a lockfile say from where.
    const first = group.find(({ source }) => source !== undefined) ?? group[0]
    if (first === undefined) throw new TypeError('A group has one package at least.')
    const purl = npmUrl(first)
    return {
      key,
      ...(purl !== undefined && { purl }),
      first,
      places: group
        .map(({ place, how }) => ({ place, how }))
        .toSorted((a, b) => (a.place < b.place ? -1 : 1)),
      needs: keysOf(group.flatMap(({ needs }) => needs)).filter((other) => other !== key),
    }
  })
  return { packages: found, keysOf }
}

/** What a lockfile says belongs to all copies of the same version. */
function keyOf({ name, version = '', source }: PackedPackage): string {
  return `${source?.kind === 'local' ? 'local' : 'npm'}:${name}@${version}`
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted()
}
