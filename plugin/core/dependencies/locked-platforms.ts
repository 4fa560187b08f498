import { isRecord } from '../basics/is-record.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import { packageName } from './installed-tree.ts'

/** For what systems a lockfile says a package is; absent fields mean any. */
export interface LockedPlatform {
  readonly name: string
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
}

/** The platforms of all packages in `package-lock.json` (npm 7 and newer) or `pnpm-lock.yaml`. */
export function parseLockedPlatforms(manager: 'npm' | 'pnpm', text: string): LockedPlatform[] {
  return manager === 'npm' ? parseNpm(JSON.parse(text)) : parsePnpm(text)
}

/** `process.arch`'s name for the machine, as `cpu` fields have it. */
export function cpuOf(architecture: LambdaArchitecture): 'arm64' | 'x64' {
  return architecture === 'arm64' ? 'arm64' : 'x64'
}

/** Whether a package manager would install it for Lambda. */
export function fitsPlatform(locked: LockedPlatform, architecture: LambdaArchitecture): boolean {
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

function parseNpm(lock: unknown): LockedPlatform[] {
  if (!isRecord(lock) || !isRecord(lock['packages'])) return []
  return Object.entries(lock['packages']).flatMap(([path, entry]) => {
    if (path === '' || !isRecord(entry)) return []
    const found: [string, string[]][] = []
    for (const key of ['os', 'cpu', 'libc']) {
      const list = entry[key]
      const values = typeof list === 'string' ? [list] : list
      if (Array.isArray(values)) found.push([key, values.map(String)])
    }
    return [{ name: packageName(path), ...Object.fromEntries(found) }]
  })
}

/** pnpm writes this part always in the same form: one key a package, lists on one line. */
function parsePnpm(text: string): LockedPlatform[] {
  const packages: { name: string; os?: string[]; cpu?: string[]; libc?: string[] }[] = []
  let inside = false
  for (const line of text.split(/\r?\n/)) {
    if (/^\S/.test(line)) inside = line === 'packages:'
    if (!inside) continue
    const name = /^ {2}'?\/?((?:@[^@/]+\/)?[^@/']+)[@/].*:$/.exec(line)?.[1]
    if (name !== undefined) packages.push({ name })
    const [, key, list] = /^ {4}(os|cpu|libc): \[(.*)\]$/.exec(line) ?? []
    const last = packages.at(-1)
    if (last === undefined || list === undefined) continue
    if (key === 'os' || key === 'cpu' || key === 'libc') {
      last[key] = list.split(',').map((value) => value.trim().replaceAll(/^'|'$/g, ''))
    }
  }
  return packages
}
