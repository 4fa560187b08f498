import { isRecord } from '../basics/is-record.ts'
import { packageName } from '../natives/installed-tree.ts'
import {
  platformsOf,
  specifiersIn,
  type LockedPackage,
  type LockedSource,
} from '../natives/locked-packages.ts'

/** The packages of `package-lock.json`, as npm 7 and newer write it or as older ones did. */
export function parseNpmLockfile(text: string): LockedPackage[] {
  const lock: unknown = JSON.parse(text)
  if (!isRecord(lock)) return []
  if (isRecord(lock['packages'])) {
    return Object.entries(lock['packages']).flatMap(([place, entry]) =>
      place === '' || !isRecord(entry) ? [] : [parseEntry(place, entry)],
    )
  }
  return parseOld(lock['dependencies'], '')
}

function parseEntry(place: string, entry: Readonly<Record<string, unknown>>): LockedPackage {
  const { name, version, dependencies, optionalDependencies, peerDependencies, bin } = entry
  const required = packageName(place)
  return {
    name: required,
    registryName: typeof name === 'string' ? name : required,
    ...(typeof version === 'string' && { version }),
    place,
    source: sourceOf(place, entry),
    ...platformsOf(entry),
    dispensable: ['optional', 'dev', 'devOptional'].some((key) => entry[key] === true),
    dependencies: { ...specifiersIn(peerDependencies), ...specifiersIn(dependencies) },
    optionalDependencies: specifiersIn(optionalDependencies),
    ...(isRecord(bin) && { bin: specifiersIn(bin) }),
  }
}

function sourceOf(place: string, entry: Readonly<Record<string, unknown>>): LockedSource {
  const { resolved, integrity, link, inBundle } = entry
  const url = typeof resolved === 'string' ? resolved : undefined
  // A folder that is linked has an entry of its own, whose place is its path.
  if (!`/${place}`.includes('/node_modules/')) return { kind: 'local', path: place }
  if (link === true) return { kind: 'local', path: url ?? place }
  return inBundle === true ? { kind: 'bundled' } : tarballOf(url, integrity)
}

function tarballOf(url: string | undefined, integrity: unknown): LockedSource {
  if (url?.startsWith('file:')) return { kind: 'local', path: url.slice('file:'.length) }
  if (url !== undefined && /^(?:git[+:@]|github:|gitlab:|bitbucket:)/.test(url))
    return { kind: 'git', url }
  return {
    kind: 'tarball',
    ...(url !== undefined && { url }),
    ...(typeof integrity === 'string' && integrity !== '' && { integrity }),
  }
}

/** Lockfiles of npm 6 and older: what is in a package is nested in its entry. */
function parseOld(dependencies: unknown, above: string): LockedPackage[] {
  if (!isRecord(dependencies)) return []
  return Object.entries(dependencies).flatMap(([name, entry]) => {
    if (!isRecord(entry)) return []
    const place = `${above}node_modules/${name}`
    const { version, resolved, integrity, bundled, requires, ...rest } = entry
    const isVersion = /^\d/.test(String(version))
    const url = resolved ?? (isVersion ? undefined : version)
    const bundle = bundled === true
    const source = bundle
      ? ({ kind: 'bundled' } as const)
      : tarballOf(typeof url === 'string' ? url : undefined, integrity)
    const found: LockedPackage = {
      name,
      registryName: name,
      ...(isVersion && { version: String(version) }),
      place,
      source,
      dispensable: rest['optional'] === true || rest['dev'] === true,
      dependencies: specifiersIn(requires),
      optionalDependencies: {},
    }
    return [found, ...parseOld(rest['dependencies'], `${place}/`)]
  })
}
