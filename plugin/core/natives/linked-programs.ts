import { posix } from 'node:path'

import type { InstalledLink, InstalledPackage } from './installed-tree.ts'
import type { LockedPackage } from './locked-packages.ts'

/** What npm makes of the programs of packages. */
export interface LinkedPrograms {
  /** In `node_modules/.bin`, by the names of the programs. */
  readonly links: readonly InstalledLink[]
  /** Paths of what they lead to, which npm makes executable. */
  readonly programs: ReadonlySet<string>
}

/**
 * The links that npm makes for the programs that packages have under `bin`, as the lockfile tells.
 * Of two packages side by side with a program of one name, the first by its path has it.
 */
export function linkedPrograms(
  packages: readonly InstalledPackage[],
  locked: readonly LockedPackage[],
): LinkedPrograms {
  const programsOf = new Map(locked.map(({ place, bin }) => [place, bin ?? {}]))
  const links = new Map<string, InstalledLink | undefined>()
  const programs = new Set<string>()
  for (const { path, files } of packages.toSorted((a, b) => a.path.localeCompare(b.path, 'en'))) {
    for (const [name, target] of Object.entries(programsOf.get(path) ?? {})) {
      const place = linkPlace(path, name)
      const program = posix.join(path, posix.join('/', target))
      if (place === undefined || links.has(place)) continue
      const isThere = files.some((file) => file.path === program)
      // A name is taken also by a program that is not there.
      const link = { path: place, target: posix.relative(posix.dirname(place), program) }
      links.set(place, isThere ? link : undefined)
      if (isThere) programs.add(program)
    }
  }
  return { links: [...links.values()].flatMap((link) => link ?? []), programs }
}

function linkPlace(path: string, name: string): string | undefined {
  const base = posix.basename(name.replaceAll(/[\\:]/g, '/'))
  const modules = path.slice(0, path.lastIndexOf('node_modules/') + 'node_modules'.length)
  return base === '' || base === '.' || base === '..' ? undefined : `${modules}/.bin/${base}`
}

/** As npm mends a program's first line that ends as on Windows, which no system could start. */
export function withMendedLine(content: Buffer): Buffer | undefined {
  const isMeant = /^#![^\n]+\r\n/.test(content.toString('utf8', 0, 2048))
  return isMeant
    ? Buffer.from(content.toString('utf8').replace(/^(#![^\n]+)\r\n/, '$1\n'))
    : undefined
}
