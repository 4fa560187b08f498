import type { Problem } from '../../errors.ts'
import { gitRepository } from './git-repository.ts'
import { nameAndVersion, type LockedPackage } from '../natives/locked-packages.ts'
import { localPath } from './local-path.ts'

/** What a lockfile is held against. */
export interface LockfileSetting {
  /** For messages: `docker/db/package-lock.json`. */
  readonly lockfile: string
  /** Paths of packages that the image's own folder has, relative to it. */
  readonly localPaths: ReadonlySet<string>
  /** What package.json itself names, in words that are no version: URLs, git repositories. */
  readonly meant: readonly string[]
}

/** What a lockfile alone shows; nothing was asked of anybody. */
export function judgeLockfile(
  packages: readonly LockedPackage[],
  setting: LockfileSetting,
): readonly Problem[] {
  const messages = packages.flatMap((locked) => [
    ...judgeLocal(locked, packages, setting),
    ...judgeSource(locked, setting),
  ])
  return [...new Set(messages)].map((message) => ({ code: 'DEPENDENCIES_INVALID', message }))
}

/** A folder of the deployer's machine would go into the image, with all that it holds. */
function judgeLocal(
  locked: LockedPackage,
  packages: readonly LockedPackage[],
  { lockfile, localPaths }: LockfileSetting,
): string[] {
  const { name, place, source } = locked
  if (source.kind === 'local' && !isOwn(source.path, localPaths)) {
    // npm has an entry for the folder beside that of the link to it, which says more.
    const isTarget = (other: LockedPackage): boolean =>
      other !== locked && other.source.kind === 'local' && other.source.path === place
    if (packages.some(isTarget)) return []
    const by = packages.map((other) => askingFor(other, name, source.path)).find(Boolean) ?? ''
    return [`${lockfile}: ${place} is ${source.path} of this machine${by}. ${onlyOwn(name)}`]
  }
  // pnpm writes no entry for what is linked.
  return Object.entries(locked.dependencies).flatMap(([other, specifier]) =>
    specifier.startsWith('link:') && !isOwn(specifier.slice('link:'.length), localPaths)
      ? [
          `${lockfile}: ${nameAndVersion(locked)} asks for '${other}' as '${specifier}'. ${onlyOwn(other)}`,
        ]
      : [],
  )
}

function onlyOwn(name: string): string {
  return (
    'Only folders that docker/<image>/package.json itself names with `file:./...` are packed: ' +
    `choose another version of what asks for it, or put '${name}' under "overrides".`
  )
}

function isOwn(path: string, localPaths: ReadonlySet<string>): boolean {
  const clean = path.replace(/^\.\//, '').replace(/\/$/, '')
  // What is below one of them is a package that it has bundled.
  return [...localPaths].some((own) => clean === own || clean.startsWith(`${own}/node_modules/`))
}

/** Under its own name, or, in pnpm's lockfiles, under that of the folder's package.json. */
function askingFor(locked: LockedPackage, name: string, path: string): string | undefined {
  const asked = { ...locked.optionalDependencies, ...locked.dependencies }
  const specifier = Object.entries(asked).find(
    ([key, text]) => localPath(text) !== undefined && (key === name || text.endsWith(path)),
  )?.[1]
  return specifier && `, which ${nameAndVersion(locked)} asks for as '${specifier}'`
}

function judgeSource(locked: LockedPackage, { lockfile, meant }: LockfileSetting): string[] {
  const { source, place } = locked
  if (source.kind === 'git') {
    const repository = gitRepository(source.url)
    const isMeant = meant.some((specifier) => gitRepository(specifier) === repository)
    if (isMeant && /#[0-9a-f]{40}$/.test(source.url)) return []
    const seen = `${lockfile}: ${place} comes from ${printable(source.url)}`
    return isMeant
      ? [`${seen}, which is no commit. Renew the lockfile.`]
      : [`${seen}, which package.json does not name. ${chooseOther}`]
  }
  if (source.kind !== 'tarball' || source.url === undefined) return []
  const seen = `${lockfile}: ${place} comes from ${printable(source.url)}`
  if (meant.includes(source.url) && source.integrity === undefined)
    return [
      `${seen}, and the lockfile has no integrity for it. Renew the lockfile, or put the tarball ` +
        'beside package.json.',
    ]
  return []
}

const chooseOther =
  'Name it in package.json yourself (under "overrides" if another package asks for it), or renew ' +
  'the lockfile.'

/** URLs of tarballs whose server has to be one that is meant. */
export function foreignTarballs(
  packages: readonly LockedPackage[],
  isMeantOrigin: (origin: string) => boolean,
  { lockfile, meant }: Pick<LockfileSetting, 'lockfile' | 'meant'>,
): readonly Problem[] {
  return packages.flatMap(({ source, place }): Problem[] => {
    if (source.kind !== 'tarball' || source.url === undefined) return []
    const { url } = source
    const origin = originOf(url)
    if (origin !== undefined && isMeantOrigin(origin)) return []
    if (meant.includes(url) && origin?.startsWith('https:')) return []
    const why = origin?.startsWith('http:')
      ? 'which anybody in between can change'
      : 'which is no registry that npm is configured to ask'
    const message =
      `${lockfile}: ${place} comes from ${printable(url)}, ${why}. ` +
      "Renew the lockfile with the registry that is meant, or name that registry in the image's " +
      '.npmrc.'
    return [{ code: 'DEPENDENCIES_INVALID', message }]
  })
}

/** Where npm puts the configured registry in its place. */
export const publicRegistry = 'https://registry.npmjs.org'

export function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined
}

/** Packages of a registry whose content nothing proves. */
export function withoutIntegrity(packages: readonly LockedPackage[]): readonly LockedPackage[] {
  return packages.filter(
    ({ source }) => source.kind === 'tarball' && source.integrity === undefined,
  )
}

/** pnpm writes an integrity always, so a lockfile without was changed by somebody. */
export function unprovable(
  packages: readonly LockedPackage[],
  { lockfile }: Pick<LockfileSetting, 'lockfile'>,
): readonly Problem[] {
  return withoutIntegrity(packages).map(({ place }) => ({
    code: 'DEPENDENCIES_INVALID',
    message: `${lockfile} has no integrity for ${place}. Renew it with pnpm 10.`,
  }))
}

/** Without what may be a token. */
function printable(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').replace(/[?].*$/, '')
}
