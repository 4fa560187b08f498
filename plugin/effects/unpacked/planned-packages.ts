import { isRecord, textOf } from '../../core/basics/is-record.ts'
import { NotThisWay, type LockedNode } from './npm-parts.ts'

/** A package to unpack, from a registry. */
export interface WantedPackage {
  /** `node_modules/a/node_modules/b` */
  readonly place: string
  /** By what it is required. */
  readonly name: string
  /** How the registry calls it. */
  readonly registryName: string
  readonly version: string
  readonly integrity: string
  readonly resolved?: string
  readonly optional: boolean
  /** Paths that npm makes executable because the registry names them as programs. */
  readonly programs: readonly string[]
}

/**
 * What npm would install of a lockfile, out of its own trees.
 * @param locked what the lockfile says
 * @param ideal what npm makes of it for the platform
 * @throws NotThisWay when npm would do more than unpack tarballs of a registry, or nothing at all
 */
export function plannedPackages(
  locked: readonly LockedNode[],
  ideal: readonly LockedNode[],
  options: { readonly omit: readonly string[]; readonly passedOver: ReadonlySet<string> },
): readonly WantedPackage[] {
  const byPlace = new Map(locked.map((node) => [node['location'], node]))
  const omit = new Set(options.omit)
  return ideal.flatMap((node): WantedPackage[] => {
    const place = String(node['location'])
    const { inert, shouldOmit } = node
    if (typeof inert !== 'boolean' || typeof shouldOmit !== 'function')
      throw new NotThisWay('npm has another tree')
    const there = byPlace.get(place)
    const isLocked =
      there !== undefined &&
      ['version', 'resolved', 'integrity'].every((key) => there[key] === node[key])
    if (!isLocked) throw new NotThisWay(`${place} is not in the lockfile as npm wants it`)
    if (inert || Reflect.apply(shouldOmit, node, [omit]) === true) return []
    return options.passedOver.has(place) ? [] : [wantedPackage(node, place)]
  })
}

function wantedPackage(node: LockedNode, place: string): WantedPackage {
  const manifest = isRecord(node['package']) ? node['package'] : {}
  const { bundleDependencies: bundle, name: registryName, bin } = manifest
  const isOdd = ['isLink', 'inBundle', 'hasShrinkwrap', 'extraneous'].find(
    (key) => node[key] === true,
  )
  const bundles = bundle === true || (Array.isArray(bundle) && bundle.length > 0)
  if (isOdd !== undefined || bundles) throw new NotThisWay(`${place}: ${isOdd ?? 'bundles others'}`)
  if (!/^(?:.*\/)?node_modules\//.test(place)) throw new NotThisWay(`${place} is elsewhere`)
  const [name, version, integrity] = ['name', 'version', 'integrity'].map((key) =>
    textOf(node[key]),
  )
  const resolved = textOf(node['resolved'])
  if (
    resolved !== undefined &&
    (!/^https?:/.test(resolved) || node['isRegistryDependency'] !== true)
  )
    throw new NotThisWay(`${place} is not of a registry`)
  if (name === undefined || version === undefined || integrity === undefined)
    throw new NotThisWay(`${place} has no version or integrity`)
  return {
    place,
    name,
    registryName: textOf(registryName) ?? name,
    version,
    integrity,
    ...(resolved !== undefined && { resolved }),
    optional: node['optional'] === true,
    // Where the lockfile has no URL, npm asks the registry, which says what a package has.
    programs: resolved === undefined && isRecord(bin) ? Object.values(bin).map(String) : [],
  }
}
