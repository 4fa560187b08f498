import type { LockedPackage } from '../natives/locked-packages.ts'

/**
 * Packages of a lockfile that are omitted, and those to which only omitted ones lead. What nothing
 * leads to stays, as it would in an install.
 * @param own names that the image's package.json asks for
 */
export function passedOver(
  packages: readonly LockedPackage[],
  own: readonly string[],
  omit: readonly string[],
): readonly LockedPackage[] {
  if (omit.length === 0) return []
  const left = reachedPackages(packages, own, omit)
  return [...reachedPackages(packages, own, [])].filter((locked) => !left.has(locked))
}

/** Packages of a lockfile to which an image's own package.json leads, past those that are omitted. */
export function reachedPackages(
  packages: readonly LockedPackage[],
  own: readonly string[],
  omit: readonly string[],
): ReadonlySet<LockedPackage> {
  const byPlace = new Map(packages.map((locked) => [locked.place, locked]))
  const omitted = new Set(omit)
  const reached = new Set<LockedPackage>()
  const waiting: (readonly [string, readonly string[]])[] = [['', own]]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [from, names] = next
    for (const name of names) {
      const found = omitted.has(name) ? undefined : resolve(byPlace, from, name)
      if (found === undefined || reached.has(found)) continue
      reached.add(found)
      const { place, dependencies, optionalDependencies } = found
      waiting.push([place, Object.keys({ ...optionalDependencies, ...dependencies })])
    }
  }
  return reached
}

/** As Node looks for it: in the package itself, then in each folder above. */
function resolve(
  byPlace: ReadonlyMap<string, LockedPackage>,
  from: string,
  name: string,
): LockedPackage | undefined {
  for (let folder = from; ;) {
    const found = byPlace.get(`${folder === '' ? '' : `${folder}/`}node_modules/${name}`)
    if (found !== undefined || folder === '') return found
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))
  }
}
