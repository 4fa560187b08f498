import type { LambdaArchitecture } from '../../oci/platform.ts'
import type { InstalledPackage } from './installed-tree.ts'
import { foreign, hasNative, unbuilt, wantedPlatform, type Fault } from './judge-package.ts'
import { cpuOf, fitsPlatform, type LockedPlatform } from './locked-packages.ts'
import type { NativeTarget } from './native-target.ts'
import type { PackageGraph } from './package-graph.ts'
import { remedyFor } from './remedies.ts'

/**
 * A package whose native files are spread over optional packages, one a platform, needs one of them:
 * those for other platforms are left out by npm, or by us where nothing says for what they are.
 * @param faults of packages, by path
 */
export function judgeSiblings(
  installed: InstalledPackage,
  graph: PackageGraph,
  target: NativeTarget,
  faults: ReadonlyMap<string, Fault>,
): Fault | undefined {
  const { architecture, locked, omit } = target
  const siblings = installed.optionalDependencies.filter((name) => {
    const found = graph.resolve(installed.path, name)
    const isForeign =
      found !== undefined && faults.get(found.path)?.reason === 'files for other platforms'
    return isForeign || isForLinux(name, locked)
  })
  const provided = [...installed.dependencies, ...installed.optionalDependencies].some((name) => {
    const found = graph.resolve(installed.path, name)
    if (found === undefined || faults.has(found.path)) return false
    return siblings.includes(name) || hasNative(found, architecture)
  })
  const decided = siblings.length === 0 || siblings.some((name) => omit.includes(name))
  if (decided || provided || hasNative(installed, architecture)) return undefined
  return foreign(
    `${installed.name}@${installed.version} has its native files in packages of their own ` +
      `(${siblings.join(', ')}), none of which is for ${wantedPlatform(architecture)}. ` +
      remedyFor(installed, target.image),
  )
}

/** A package that lacks an optional one which fits the platform. */
export function judgeMissing(
  installed: InstalledPackage,
  graph: PackageGraph,
  target: NativeTarget,
): Fault | undefined {
  const [missing] = missingOptional(installed, graph, target)
  return missing === undefined ? undefined : unbuilt(missing)
}

/** npm skips an optional package that cannot be had and still exits 0. */
export function missingOptional(
  parent: Pick<InstalledPackage, 'path' | 'name' | 'optionalDependencies'>,
  graph: PackageGraph,
  { architecture, locked, omit, image }: NativeTarget,
): string[] {
  return parent.optionalDependencies.flatMap((name) => {
    if (omit.includes(name) || graph.resolve(parent.path, name) !== undefined) return []
    const entries = locked.filter((entry) => entry.name === name)
    const expected =
      entries.length > 0
        ? entries.some((entry) => fitsPlatform(entry, architecture))
        : namesPlatform(name, architecture)
    if (!expected) return []
    const by = parent.name === '' ? `image '${image}'` : parent.name
    const seen = entries.length > 0 ? 'is in the lockfile' : 'is not even in the lockfile'
    return [
      `${name}, an optional dependency of ${by}, fits linux/${cpuOf(architecture)} and ${seen}, but ` +
        'was not installed: the registry may not have that version. Pin a version whose package ' +
        `for this platform can be had, renew the lockfile, or leave it out with 'omit ${name}'.`,
    ]
  })
}

/** A package that is for some kind of Linux only, as the lockfile says. */
function isForLinux(name: string, locked: readonly LockedPlatform[]): boolean {
  const entries = locked.filter((entry) => entry.name === name)
  const restricted = entries.filter(({ os, cpu, libc }) => os ?? cpu ?? libc)
  return restricted.some(({ os }) => os?.includes('linux') ?? true)
}

/** For what is in no lockfile only the name can tell: `@lancedb/lancedb-linux-arm64-gnu`. */
function namesPlatform(name: string, architecture: LambdaArchitecture): boolean {
  const words = wordsOf(name)
  const machines = architecture === 'arm64' ? ['arm64', 'aarch64'] : ['x64', 'amd64', 'x86_64']
  return (
    words.includes('linux') && machines.some((it) => words.includes(it)) && !words.includes('musl')
  )
}

function wordsOf(name: string): string[] {
  return name.toLowerCase().split(/[^a-z0-9_]+/)
}
