import type { LambdaArchitecture } from '../../oci/platform.ts'
import { isRecord } from '../basics/is-record.ts'

/** From where a lockfile says that a package comes. */
export type LockedSource =
  /** A tarball: of the configured registry where nothing is said. */
  | { readonly kind: 'tarball'; readonly url?: string; readonly integrity?: string }
  | { readonly kind: 'git'; readonly url: string }
  /** A folder or file of the machine that made the lockfile, relative to it. */
  | { readonly kind: 'local'; readonly path: string }
  /** Part of the tarball of the package that it is in. */
  | { readonly kind: 'bundled' }

/** A package as a lockfile has it; absent fields mean any. */
export interface LockedPackage {
  /** By what it is required. */
  readonly name: string
  /** How the registry calls it; `bar` of `"foo": "npm:bar@1"`. */
  readonly registryName: string
  readonly version?: string
  /** Its place in the lockfile: `node_modules/a/node_modules/b`, or `a@1.0.0` in pnpm's. */
  readonly place: string
  readonly source: LockedSource
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
  /** Nothing fails without it, or it is only needed for development. */
  readonly dispensable: boolean
  /** What it asks for, by name; optional ones apart. */
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  /** Programs of its own, by name: paths in it. Only npm's newer lockfiles tell. */
  readonly bin?: Readonly<Record<string, string>>
}

/** For what systems a package is. */
export type LockedPlatform = Pick<LockedPackage, 'name' | 'os' | 'cpu' | 'libc'>

/** `process.arch`'s name for the machine, as `cpu` fields have it. */
export function cpuOf(architecture: LambdaArchitecture): 'arm64' | 'x64' {
  return architecture === 'arm64' ? 'arm64' : 'x64'
}

/** Whether a package manager would install it for Lambda. */
export function fitsPlatform(
  locked: Omit<LockedPlatform, 'name'>,
  architecture: LambdaArchitecture,
): boolean {
  return (
    allows(locked.os, 'linux') &&
    allows(locked.cpu, cpuOf(architecture)) &&
    allows(locked.libc, 'glibc')
  )
}

/** `['!win32']` allows all others (npm, package.json, "os"). */
function allows(list: readonly string[] | undefined, value: string): boolean {
  if (list === undefined || list.length === 0 || list.includes('any')) return true
  if (list.includes(`!${value}`)) return false
  return list.includes(value) || list.every((entry) => entry.startsWith('!'))
}

/** The fields of an entry that say for what systems it is. */
export function platformsOf(
  entry: Readonly<Record<string, unknown>>,
): Omit<LockedPlatform, 'name'> {
  const found = ['os', 'cpu', 'libc'].flatMap((key) => {
    const list = entry[key]
    const values: unknown = typeof list === 'string' ? [list] : list
    return Array.isArray(values) ? [[key, values.map(String)]] : []
  })
  return Object.fromEntries(found)
}

/** Names and what is asked for, of a field of dependencies. */
export function specifiersIn(field: unknown): Record<string, string> {
  if (!isRecord(field)) return {}
  return Object.fromEntries(Object.entries(field).map(([name, text]) => [name, String(text)]))
}

/** `ms@2.1.3`, for messages. */
export function nameAndVersion({ name, version }: Pick<LockedPackage, 'name' | 'version'>): string {
  return version === undefined ? name : `${name}@${version}`
}
