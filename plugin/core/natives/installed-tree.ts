import type { Binary } from './binary.ts'

export interface InstalledFile {
  /** Posix, relative to the folder that holds `node_modules`. */
  readonly path: string
  readonly size: number
  readonly executable: boolean
  /** Absent for what is not a native file. */
  readonly binary?: Binary
}

export interface InstalledLink {
  readonly path: string
  readonly target: string
}

/** A package as it is in `node_modules`. */
export interface InstalledPackage {
  /** `node_modules/a/node_modules/@b/c` */
  readonly path: string
  /** By what name it is required: that of its folder. */
  readonly name: string
  readonly version: string
  /** Names of dependencies and peers, but for the optional ones. */
  readonly dependencies: readonly string[]
  readonly optionalDependencies: readonly string[]
  /** Names that it loads where something else brings them in. */
  readonly optionalPeers: readonly string[]
  /** Its preinstall, install and postinstall scripts, none of which was run. */
  readonly scripts: readonly string[]
  /** `binding.gyp`: npm would compile it. */
  readonly compiled: boolean
  readonly files: readonly InstalledFile[]
  readonly links: readonly InstalledLink[]
}

/** What an install gave, from one walk. */
export interface InstalledTree {
  readonly packages: readonly InstalledPackage[]
  /** Names that the image's own package.json asks for. */
  readonly direct: readonly string[]
  readonly optionalDirect: readonly string[]
}

/** `node_modules/a/node_modules/@b/c` is required as `@b/c`. */
export function packageName(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}
