import { isRecord } from '../basics/is-record.ts'

/** Packages that load, fetch or compile native files for the one that depends on them. */
const loaders =
  /^(?:bindings|cmake-js|node-gyp|node-gyp-build(?:-optional-packages)?|node-addon-api|nan|prebuild-install|require-addon|pkg-prebuilds|@mapbox\/node-pre-gyp|node-pre-gyp|@napi-rs\/triples|@node-rs\/helper)$/

const systems = /(?:^|[^a-z])(?:darwin|linux|win32|windows|freebsd|android|linuxmusl)(?:[^a-z]|$)/
const machines =
  /(?:^|[^a-z0-9])(?:x64|x86_64|amd64|arm64|aarch64|arm|ia32|universal)(?:[^a-z0-9]|$)/

/** Whether a specifier asks for a native file, or for who finds one. */
export function loadsNative(specifier: string): boolean {
  return loaders.test(specifier) || specifier.endsWith('.node') || namesPlatform(specifier)
}

/** `@img/sharp-linux-arm64`: a package for one system. */
export function namesPlatform(name: string): boolean {
  return systems.test(name) && machines.test(name)
}

/** What shows that a package has native files. */
export interface NativeMark {
  /** `platforms`: packages of their own, one a system, of which one has to be there. */
  readonly kind: 'own' | 'platforms'
  readonly text: string
}

/**
 * Whether a package has native files, which no bundle can hold.
 * @param entries names in the package's own folder
 */
export function nativeMark(
  manifest: Readonly<Record<string, unknown>>,
  entries: readonly string[],
): NativeMark | undefined {
  const mark = entries.find((name) => name === 'binding.gyp' || name === 'prebuilds')
  if (mark !== undefined) return { kind: 'own', text: mark }
  const { dependencies, optionalDependencies } = manifest
  const names = isRecord(dependencies) ? Object.keys(dependencies) : []
  const optional = isRecord(optionalDependencies) ? Object.keys(optionalDependencies) : []
  const loader = [...names, ...optional].find((name) => loaders.test(name))
  if (loader !== undefined) return { kind: 'own', text: `its dependency ${loader}` }
  const platforms = optional.filter(namesPlatform)
  return platforms.length > 1
    ? { kind: 'platforms', text: `a package for each system, as ${platforms[0]}` }
    : undefined
}
