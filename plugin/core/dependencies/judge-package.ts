import type { LambdaArchitecture } from '../../oci/platform.ts'
import type { InstalledFile, InstalledPackage } from './installed-tree.ts'
import { cpuOf, fitsPlatform, type LockedPlatform } from './locked-packages.ts'
import type { LeftOut, NativeTarget } from './native-gate.ts'
import { fits, loadedNatives } from './native-variants.ts'
import type { PackageGraph } from './package-graph.ts'
import { remedyFor } from './remedies.ts'

/** Why a package cannot run, and why it is not in the layer where npm would do without it. */
export interface Fault {
  readonly message: string
  readonly reason: LeftOut['reason']
}

const buildTools =
  /\b(?:node-gyp|node-gyp-build|node-pre-gyp|prebuild|prebuild-install|prebuildify|cmake-js|cmake-ts)\b/
const addon = /\.node$|\.so(?:\.\d+)*$/
const testFolder = /\/(?:tests?|__tests__|fixtures|examples?)\//

/** What is wrong with a package by itself, in the tree where it was installed. */
export function judgePackage(
  installed: InstalledPackage,
  graph: PackageGraph,
  target: NativeTarget,
): Fault | undefined {
  const { architecture, node } = target
  const wants = wantedPlatform(architecture)
  const remedy = remedyFor(installed, target.image)
  const name = `${installed.name}@${installed.version}`
  const [missing] = missingOptional(installed, graph, target)
  if (missing !== undefined) return unbuilt(missing)
  const natives = installed.files.filter(
    ({ path, binary }) => binary !== undefined && addon.test(path) && !testFolder.test(path),
  )
  const own = hasNative(installed, architecture)
  if (natives.length > 0 && !own) {
    const seen = [...new Set(natives.map(describe))].join(', ')
    return foreign(`${name} has native files for ${seen}, none for ${wants}. ${remedy}`)
  }
  const fitting = natives.filter((file) => fits(file, architecture))
  const { foreignAbis } = loadedNatives(fitting, node)
  if (foreignAbis.length > 0) {
    const seen = foreignAbis.join(', ')
    return foreign(
      `${name} has native files for the ABI ${seen} of Node only, which Node ${node} does not ` +
        `load. ${remedy}`,
    )
  }
  const built = installed.compiled || installed.scripts.some((script) => buildTools.test(script))
  const provided = [...installed.dependencies, ...installed.optionalDependencies].some((wanted) => {
    const found = graph.resolve(installed.path, wanted)
    return found !== undefined && hasNative(found, architecture)
  })
  if (!built || own || provided) return undefined
  const how = installed.compiled
    ? 'binding.gyp'
    : `install script '${installed.scripts.join(' && ')}'`
  return unbuilt(
    `${name} compiles or downloads native code when it is installed (${how}), and has no file for ` +
      `${wants}; install scripts are not run, because they would build for this machine. ${remedy}`,
  )
}

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
    const isForeign = found !== undefined && faults.get(found.path)?.reason === otherPlatforms
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

const otherPlatforms: LeftOut['reason'] = 'files for other platforms'

function foreign(message: string): Fault {
  return { message, reason: otherPlatforms }
}

function unbuilt(message: string): Fault {
  return { message, reason: 'optional and not built for this platform' }
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

function hasNative(installed: InstalledPackage, architecture: LambdaArchitecture): boolean {
  return installed.files.some((file) => fits(file, architecture))
}

function wantedPlatform(architecture: LambdaArchitecture): string {
  return `linux/${cpuOf(architecture)} with glibc`
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

function describe({ binary, path }: InstalledFile): string {
  if (binary === undefined) return 'no system'
  if (binary.format !== 'elf') return binary.format === 'pe' ? 'Windows' : 'macOS'
  const machine = binary.machine === 'other' ? 'another machine' : binary.machine
  const musl = binary.libc === 'musl' || /musl/.test(path.slice(path.lastIndexOf('/node_modules/')))
  return `Linux on ${machine}${musl ? ' with musl' : ''}`
}
