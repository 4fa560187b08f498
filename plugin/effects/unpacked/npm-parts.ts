import { createRequire } from 'node:module'
import { join } from 'node:path'

import { isRecord } from '../../core/basics/is-record.ts'

type Call = (...args: readonly unknown[]) => unknown

/** What of npm's own libraries is used, out of the npm that is installed on this machine. */
export interface NpmParts {
  readonly version: string
  /** Settings as `npm` itself would have them for these arguments, in this folder. */
  readonly settings: (folder: string, args: readonly string[]) => Promise<Settings>
  /** The packages of a lockfile, as it says, and as npm would install them. */
  readonly trees: (
    settings: Settings,
    folder: string,
  ) => Promise<readonly (readonly LockedNode[])[]>
  /** Hands over a package's tarball, proven by its integrity only when the promise is kept. */
  readonly tarball: (
    specifier: string,
    handle: (stream: NodeJS.ReadableStream) => Promise<void>,
    settings: Settings,
  ) => Promise<unknown>
  readonly registryOf: (name: string, settings: Settings) => string
  readonly parser: () => TarParser
}

export type Settings = Readonly<Record<string, unknown>>

/** A package of npm's tree. */
export type LockedNode = Readonly<Record<string, unknown>>

/** npm's reader of archives, as far as it is used. */
export interface TarParser {
  on(event: 'entry', listener: (entry: TarEntry) => void): unknown
  on(event: 'warn' | 'end' | 'error', listener: (...seen: readonly unknown[]) => void): unknown
  write(chunk: Uint8Array): unknown
  end(): unknown
}

export interface TarEntry {
  readonly path: string
  readonly type: string
  readonly size: number
  readonly mode?: number
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown
  resume(): unknown
}

/** Something of npm is not as it is used here, or a lockfile asks for what is not done here. */
export class NotThisWay extends Error {}

/**
 * Finds npm's libraries in its own folder: the versions that it works with itself, and none to
 * install for us.
 * @param root npm's folder
 * @throws NotThisWay
 */
export function loadNpmParts(root: string): NpmParts {
  const require = createRequire(join(root, 'package.json'))
  const load = (name: string): unknown => require(name)
  const made = (from: unknown, args: readonly unknown[]): object => {
    if (typeof from !== 'function') throw new NotThisWay('npm has other libraries')
    const one: unknown = Reflect.construct(from, args)
    if (typeof one !== 'object' || one === null) throw new NotThisWay('npm has other libraries')
    return one
  }
  const call = (of: unknown, name: string): Call => {
    const found: unknown = Object(of) === of ? Reflect.get(Object(of), name) : undefined
    if (typeof found !== 'function') throw new NotThisWay(`npm's libraries have no ${name}`)
    return (...args) => Reflect.apply(found, of, args)
  }
  const { version } = recordOrThrow(load('./package.json'))
  const definitions = recordOrThrow(load('@npmcli/config/lib/definitions'))
  const pacote = load('pacote')
  const stream = call(call(pacote, 'tarball') && Reflect.get(Object(pacote), 'tarball'), 'stream')
  const pick = call(load('npm-registry-fetch'), 'pickRegistry')
  const parse = load('npm-package-arg')
  const tar = recordOrThrow(load('tar'))
  return {
    version: String(version),
    async settings(folder, args) {
      const argv = ['node', 'npm', 'ci', ...args]
      const options = { ...definitions, npmPath: root, argv, cwd: folder, warn: false }
      const config = made(load('@npmcli/config'), [{ ...options, env: { ...process.env } }])
      await call(config, 'load')()
      const flat = recordOrThrow(Reflect.get(config, 'flat'))
      return { ...flat, nodeVersion: process.version, npmVersion: version, npmCommand: 'ci' }
    },
    async trees(settings, folder) {
      const options = { ...settings, packageLock: true, save: false, path: folder }
      const Arborist = load('@npmcli/arborist')
      const locked = made(Arborist, [options])
      await call(locked, 'loadVirtual')()
      const ideal = made(Arborist, [options])
      await call(ideal, 'buildIdealTree')()
      return [Reflect.get(locked, 'virtualTree'), Reflect.get(ideal, 'idealTree')].map(nodesOf)
    },
    async tarball(specifier, handle, settings) {
      return stream(specifier, handle, settings)
    },
    registryOf(name, settings) {
      const specifier: unknown =
        typeof parse === 'function' ? Reflect.apply(parse, null, [name]) : name
      return String(pick(specifier, settings))
    },
    parser() {
      const parser: unknown = made(tar['Parser'] ?? tar['Parse'], [{}])
      if (!isParser(parser)) throw new NotThisWay("npm's tar has another parser")
      return parser
    },
  }
}

function nodesOf(tree: unknown): readonly LockedNode[] {
  const { inventory } = recordOrThrow(tree)
  if (!(inventory instanceof Map)) throw new NotThisWay("npm's tree has no inventory")
  return [...inventory.values()].filter(isRecord).filter(({ isRoot }) => isRoot !== true)
}

function recordOrThrow(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new NotThisWay('npm has other libraries')
  return value
}

function isParser(value: unknown): value is TarParser {
  return ['on', 'write', 'end'].every((name) => typeof recordOrThrow(value)[name] === 'function')
}
