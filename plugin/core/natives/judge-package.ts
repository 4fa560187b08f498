import type { LambdaArchitecture } from '../../oci/platform.ts'
import type { InstalledFile, InstalledPackage } from './installed-tree.ts'
import { cpuOf } from './locked-packages.ts'
import type { LeftOut, NativeTarget } from './native-target.ts'
import { fits, isLoadable, loadedNatives } from './native-variants.ts'
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
  const natives = installed.files.filter((file) => addon.test(file.path) && isLoadable(file))
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

/** npm does not notice it. */
export function foreign(message: string): Fault {
  return { message, reason: 'files for other platforms' }
}

/** npm would do without it, if it is optional. */
export function unbuilt(message: string): Fault {
  return { message, reason: 'optional and not built for this platform' }
}

export function hasNative(installed: InstalledPackage, architecture: LambdaArchitecture): boolean {
  return installed.files.some((file) => fits(file, architecture))
}

export function wantedPlatform(architecture: LambdaArchitecture): string {
  return `linux/${cpuOf(architecture)} with glibc`
}

function describe({ binary, path }: InstalledFile): string {
  if (binary === undefined) return 'no system'
  if (binary.format !== 'elf') return binary.format === 'pe' ? 'Windows' : 'macOS'
  const machine = binary.machine === 'other' ? 'another machine' : binary.machine
  const musl = binary.libc === 'musl' || /musl/.test(path.slice(path.lastIndexOf('/node_modules/')))
  return `Linux on ${machine}${musl ? ' with musl' : ''}`
}
