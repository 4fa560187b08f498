import { formatBytes } from '../basics/format-bytes.ts'

/** A package of an image. */
export interface ListedPackage {
  readonly name: string
  readonly version: string
  /** Unpacked; absent where it is not known yet. */
  readonly bytes?: number
}

/** The packages of an image, as far as they are known. */
export interface ListedPackages {
  /** Those that the image's own package.json names. */
  readonly named: readonly ListedPackage[]
  /** All of them; absent where nobody has written them down. */
  readonly all?: readonly ListedPackage[]
  /** What was installed, or would be, and is not in the image: `sharp@0.35.5`. */
  readonly leftOut?: readonly string[]
}

/** What became of a package between two images. */
export interface PackageChange {
  readonly change: 'added' | 'removed' | 'bumped'
  readonly name: string
  /** Versions that only the image before has; several where a package is there more than once. */
  readonly before: readonly string[]
  /** Versions that only the image after has. */
  readonly after: readonly string[]
  /** Unpacked, of the versions after, else of those before; absent where it is not known. */
  readonly bytes?: number
}

/**
 * What became of the packages of an image, the largest first. Where all packages of both are not
 * known, those are compared that the image itself names.
 */
export function packageChanges(
  before: ListedPackages,
  after: ListedPackages,
): readonly PackageChange[] {
  const isWhole = before.all !== undefined && after.all !== undefined
  const was = Map.groupBy((isWhole ? before.all : before.named) ?? [], nameOf)
  const is = Map.groupBy((isWhole ? after.all : after.named) ?? [], nameOf)
  const left = new Set(before.leftOut)
  const names = [...new Set([...was.keys(), ...is.keys()])].toSorted()
  const changes = names.flatMap((name): PackageChange[] => {
    const gone = without(was.get(name), is.get(name))
    const come = without(is.get(name), was.get(name)).filter(
      ({ version }) => !left.has(`${name}@${version}`),
    )
    if (gone.length === 0 && come.length === 0) return []
    const change = come.length === 0 ? 'removed' : gone.length === 0 ? 'added' : 'bumped'
    const bytes = bytesOf(come.length === 0 ? gone : come) ?? bytesOf(gone)
    const versions = { before: versionsOf(gone), after: versionsOf(come) }
    return [{ change, name, ...versions, ...(bytes !== undefined && { bytes }) }]
  })
  return changes.toSorted((one, other) => (other.bytes ?? 0) - (one.bytes ?? 0))
}

/** `sharp 0.33.5 to 0.35.5, 1.2 MB`, `zod 4.0.0 added`, `ms 2.1.3 removed, 6.7 kB`. */
export function formatPackageChange(change: PackageChange): string {
  const { bytes } = change
  return bytes === undefined ? inWords(change) : `${inWords(change)}, ${formatBytes(bytes)}`
}

/** The first of them, a line each, and how many more there are. */
export function listPackageChanges(
  changes: readonly PackageChange[],
  most: number,
  format: (change: PackageChange) => string = formatPackageChange,
): readonly string[] {
  const more = changes.slice(most)
  if (more.length === 0) return changes.map(format)
  const bytes = more.reduce((sum, change) => sum + (change.bytes ?? 0), 0)
  const size = bytes === 0 ? '' : `, ${formatBytes(bytes)}`
  return [...changes.slice(0, most).map(format), `and ${more.length} more${size}`]
}

/** `sharp 0.33.5 to 0.35.5`. */
export function inWords({ change, name, before, after }: PackageChange): string {
  if (change === 'bumped') return `${name} ${before.join(', ')} to ${after.join(', ')}`
  return `${name} ${(change === 'added' ? after : before).join(', ')} ${change}`
}

function nameOf({ name }: ListedPackage): string {
  return name
}

function without(
  some: readonly ListedPackage[] = [],
  others: readonly ListedPackage[] = [],
): readonly ListedPackage[] {
  return some.filter(({ version }) => !others.some((other) => other.version === version))
}

function versionsOf(packages: readonly ListedPackage[]): readonly string[] {
  return [...new Set(packages.map(({ version }) => version))]
}

/** @returns undefined when that of any of them is not known */
function bytesOf(packages: readonly ListedPackage[]): number | undefined {
  const known = packages.flatMap(({ bytes }) => bytes ?? [])
  if (known.length < packages.length || known.length === 0) return undefined
  return known.reduce((sum, bytes) => sum + bytes, 0)
}
