import type { Problem } from '../../errors.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import { compareVersions, type Binary } from './binary.ts'
import type { InstalledFile, InstalledPackage, InstalledTree } from './installed-tree.ts'
import { createPackageGraph, type PackageGraph } from './package-graph.ts'
import { cpuOf, fitsPlatform, type LockedPlatform } from './locked-platforms.ts'

/** A package that is not in the layer, or only in part. */
export interface LeftOut {
  readonly package: string
  readonly reason: 'omitted' | 'only needed by omitted packages' | 'files for other platforms'
  readonly bytes: number
}

/** What may go into the layer, and what must be said about it. */
export interface NativeVerdict {
  readonly problems: readonly Problem[]
  /** Packages and their files that go into the layer. */
  readonly packages: readonly InstalledPackage[]
  readonly leftOut: readonly LeftOut[]
  /** The newest glibc that any of the files needs, and which one. */
  readonly glibc?: { readonly version: string; readonly file: string }
  /** Packages whose install scripts did not run, which mostly is harmless. */
  readonly scriptsNotRun: readonly string[]
}

const buildTools =
  /\b(?:node-gyp|node-gyp-build|node-pre-gyp|prebuild|prebuild-install|prebuildify|cmake-js)\b/
const addon = /\.node$|\.so(?:\.\d+)*$/
/** What a package's own tests carry is never loaded. */
const testFolder = /\/(?:tests?|__tests__|fixtures|examples?)\//

/** Judges an install by its files; nothing of it was run. */
export function checkNatives(
  tree: InstalledTree,
  target: {
    readonly image: string
    readonly architecture: LambdaArchitecture
    readonly omit: readonly string[]
    readonly locked: readonly LockedPlatform[]
  },
): NativeVerdict {
  const graph = createPackageGraph(tree)
  const omit = new Set(target.omit)
  const kept = graph.reachable(omit)
  const wanted = graph.reachable(new Set())
  const isLeftOut = ({ path }: InstalledPackage) => wanted.has(path) && !kept.has(path)
  const staying = tree.packages.filter((installed) => !isLeftOut(installed))
  const packages = staying.map((installed) => withoutForeign(installed, target.architecture))
  const problems = [
    ...target.omit.flatMap((name) => checkOmit(name, tree, target.image)),
    ...staying.flatMap((installed) => checkPackage(installed, graph, target)),
    ...checkOptional(
      { path: '', name: '', optionalDependencies: tree.optionalDirect },
      graph,
      target,
    ),
  ]
  const glibc = newestGlibc(packages)
  return {
    problems: problems.map((message) => ({ code: 'DEPENDENCIES_UNFIT', message })),
    packages,
    leftOut: [
      ...tree.packages.filter(isLeftOut).map((installed) => ({
        package: `${installed.name}@${installed.version}`,
        reason: omit.has(installed.name)
          ? ('omitted' as const)
          : ('only needed by omitted packages' as const),
        bytes: sizeOf(installed.files),
      })),
      ...staying.flatMap((installed, index) => {
        const bytes = sizeOf(installed.files) - sizeOf(packages[index]?.files ?? [])
        const name = `${installed.name}@${installed.version}`
        return bytes === 0
          ? []
          : [{ package: name, reason: 'files for other platforms' as const, bytes }]
      }),
    ],
    ...(glibc === undefined ? {} : { glibc }),
    scriptsNotRun: staying
      .filter(({ scripts, compiled }) => scripts.length > 0 || compiled)
      .map(({ name, version }) => `${name}@${version}`),
  }
}

type Target = Parameters<typeof checkNatives>[1]

function fits(binary: Binary | undefined, architecture: LambdaArchitecture): boolean {
  return binary?.format === 'elf' && binary.machine === architecture && binary.libc !== 'musl'
}

function hasNative(installed: InstalledPackage, architecture: LambdaArchitecture): boolean {
  return installed.files.some(({ binary }) => fits(binary, architecture))
}

/** Files for other systems only take room; those for musl go where glibc's stand beside them. */
function withoutForeign(
  installed: InstalledPackage,
  architecture: LambdaArchitecture,
): InstalledPackage {
  const files = installed.files.filter(
    ({ binary }) => binary === undefined || fits(binary, architecture),
  )
  return { ...installed, files }
}

function checkOmit(name: string, tree: InstalledTree, image: string): string[] {
  if (tree.packages.some((installed) => installed.name === name)) return []
  return [
    `omit of image '${image}' names ${name}, which none of its dependencies brings in. ` +
      'Remove it, or correct the name.',
  ]
}

function checkPackage(installed: InstalledPackage, graph: PackageGraph, target: Target): string[] {
  const { architecture } = target
  const wants = `linux/${cpuOf(architecture)} with glibc`
  const remedy = `Choose a version that publishes one, or leave it out with 'omit ${installed.name}'.`
  const name = `${installed.name}@${installed.version}`
  const own = hasNative(installed, architecture)
  const optional = checkOptional(installed, graph, target)
  if (optional.length > 0) return optional
  const natives = installed.files.filter(
    ({ path, binary }) => binary !== undefined && addon.test(path) && !testFolder.test(path),
  )
  if (natives.length > 0 && !own) {
    const seen = [...new Set(natives.map(({ binary }) => describe(binary)))].join(', ')
    return [`${name} has native files for ${seen}, none for ${wants}. ${remedy}`]
  }
  const built = installed.compiled || installed.scripts.some((script) => buildTools.test(script))
  const provided = [...installed.dependencies, ...installed.optionalDependencies].some((wanted) => {
    const found = graph.resolve(installed.path, wanted)
    return found !== undefined && hasNative(found, architecture)
  })
  if (!built || own || provided) return []
  const how = installed.compiled
    ? 'binding.gyp'
    : `install script '${installed.scripts.join(' && ')}'`
  return [
    `${name} compiles or downloads native code when it is installed (${how}), and has no file for ` +
      `${wants}; install scripts are not run, because they would build for this machine. ${remedy}`,
  ]
}

/** npm skips an optional package that cannot be had and still exits 0. */
function checkOptional(
  parent: Pick<InstalledPackage, 'path' | 'name' | 'optionalDependencies'>,
  graph: PackageGraph,
  { architecture, locked, omit, image }: Target,
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

/** For what is in no lockfile only the name can tell: `@lancedb/lancedb-linux-arm64-gnu`. */
function namesPlatform(name: string, architecture: LambdaArchitecture): boolean {
  const words = name.toLowerCase().split(/[^a-z0-9_]+/)
  const machines = architecture === 'arm64' ? ['arm64', 'aarch64'] : ['x64', 'amd64', 'x86_64']
  return (
    words.includes('linux') && machines.some((it) => words.includes(it)) && !words.includes('musl')
  )
}

function describe(binary: Binary | undefined): string {
  if (binary === undefined) return 'no system'
  if (binary.format !== 'elf') return binary.format === 'pe' ? 'Windows' : 'macOS'
  const machine = binary.machine === 'other' ? 'another machine' : binary.machine
  return `Linux on ${machine}${binary.libc === 'musl' ? ' with musl' : ''}`
}

function newestGlibc(
  packages: readonly InstalledPackage[],
): { version: string; file: string } | undefined {
  return packages
    .flatMap(({ files }) => files)
    .flatMap(({ path, binary }) =>
      binary?.format === 'elf' && binary.glibc ? [{ version: binary.glibc, file: path }] : [],
    )
    .toSorted((a, b) => compareVersions(a.version, b.version))
    .at(-1)
}

function sizeOf(files: readonly InstalledFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0)
}
