import type { Problem } from '../../errors.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import { cpuOf, fitsPlatform, nameAndVersion, type LockedPackage } from './locked-packages.ts'

/**
 * What npm (not pnpm) would refuse, or leave out without a word, once it installs: packages for another
 * platform that are needed, and optional ones that are in no lockfile because the registry never
 * had them.
 */
export function judgePlatforms(
  packages: readonly LockedPackage[],
  architecture: LambdaArchitecture,
  { lockfile }: { readonly lockfile: string },
): readonly Problem[] {
  const names = new Set(packages.map(({ name }) => name))
  const foreign = packages.filter(
    (locked) => !locked.dispensable && !fitsPlatform(locked, architecture),
  )
  const unpublished = packages.flatMap((locked) => {
    const { optionalDependencies, source } = locked
    if (source.kind === 'bundled') return []
    const missing = Object.keys(optionalDependencies).filter((name) => !names.has(name))
    return missing.length === 0 ? [] : [{ by: nameAndVersion(locked), missing }]
  })
  const messages = [
    ...foreign.map(
      (locked) =>
        `${lockfile}: ${nameAndVersion(locked)} is only for ${platformText(locked)}, and the function runs ` +
        `on linux/${cpuOf(architecture)} with glibc. Move it to optionalDependencies, or depend on ` +
        'the package that brings in the right one by itself.',
    ),
    ...unpublished.map(
      ({ by, missing }) =>
        `${lockfile} has no ${missing.join(', ')}, which ${by} names as optional: npm refuses such ` +
        'a lockfile. Renew it with npm 11; if that changes nothing, the registry never had that ' +
        'version, and pnpm does without: remove the lockfile, write ' +
        '"packageManager": "pnpm@10.34.0" into this package.json, and deploy again.',
    ),
  ]
  return messages.map((message) => ({ code: 'DEPENDENCIES_INVALID', message }))
}

function platformText({ os, cpu, libc }: LockedPackage): string {
  return [os, cpu, libc].flatMap((list) => (list === undefined ? [] : [list.join('|')])).join(' ')
}
