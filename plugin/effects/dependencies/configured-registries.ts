import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { isRecord } from '../../core/basics/is-record.ts'
import { registriesIn, scopeOf } from '../../core/dependencies/npmrc.ts'
import type { Problem } from '../../errors.ts'
import { askNpm, type NpmPlace } from './ask-npm.ts'
import type { Definition } from './definition.ts'

/** Registries that npm would ask for the packages of an image. */
export interface ConfiguredRegistries {
  /** By scope (`@mine`), and '' for that of all others. */
  readonly byScope: ReadonlyMap<string, string>
  /** Whose URLs in lockfiles npm reads as the configured registry's: a host, `always` or `never`. */
  readonly replaces: string
}

/** What npm itself says, of all places where it can be configured. */
export async function readConfiguredRegistries(place: NpmPlace): Promise<ConfiguredRegistries> {
  const settings = await askNpm(['config', 'list'], place)
  const entries = isRecord(settings) ? Object.entries(settings) : []
  const byScope = entries.flatMap(([key, value]): (readonly [string, string])[] => {
    const [, scope = ''] = /^(?:(@[^:]+):)?registry$/.exec(key) ?? []
    return /^(?:@[^:]+:)?registry$/.test(key) && typeof value === 'string' ? [[scope, value]] : []
  })
  const replaces = entries.find(([key]) => key === 'replace-registry-host')?.[1]
  return { byScope: new Map(byScope), replaces: typeof replaces === 'string' ? replaces : 'npmjs' }
}

/**
 * Packages whose registry only a `.npmrc` of the app names: in a folder of their own npm would ask
 * another one for them, where anybody may have put a package of that name.
 */
export async function checkScopes(
  definition: Definition,
  {
    configured,
    environment,
  }: {
    readonly configured: () => Promise<ConfiguredRegistries>
    readonly environment: Readonly<Record<string, string | undefined>>
  },
): Promise<readonly Problem[]> {
  const { direct, optionalDirect, lockfile } = definition
  const locked = lockfile?.packages.map(({ registryName }) => registryName) ?? []
  const names = [...new Set([...direct, ...optionalDirect, ...locked])]
  const nearest = await nearestNpmrc(join(definition.directory, '..', '..'))
  if (nearest === undefined) return []
  const scopes = new Set(names.map(scopeOf))
  // A lockfile proves what any registry sends.
  if (lockfile !== undefined) scopes.delete('')
  const meant = [...registriesIn(nearest.text, environment)].filter(([scope]) => scopes.has(scope))
  if (meant.length === 0) return []
  const { byScope } = await configured()
  return meant.flatMap(([scope, registry]): Problem[] => {
    if (isSame(byScope.get(scope), registry)) return []
    const key = scope === '' ? 'registry' : `${scope}:registry`
    const needing = names.filter((name) => scopeOf(name) === scope).slice(0, 3)
    const message =
      `docker/${definition.image}: ${needing.join(', ')} would be asked of another registry than ` +
      `${nearest.file} names (${key}). An image's packages are installed in a folder of their own: ` +
      `put that line into docker/${definition.image}/.npmrc too.`
    return [{ code: 'DEPENDENCIES_INVALID', message }]
  })
}

function isSame(one: string | undefined, other: string): boolean {
  const plain = (url: string): string => (URL.canParse(url) ? new URL(url).href : url)
  return one !== undefined && plain(one).replace(/\/$/, '') === plain(other).replace(/\/$/, '')
}

async function nearestNpmrc(
  directory: string,
): Promise<{ readonly file: string; readonly text: string } | undefined> {
  for (let folder = directory; ; folder = dirname(folder)) {
    const file = join(folder, '.npmrc')
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) return { file, text }
    if (folder === dirname(folder)) return undefined
  }
}
