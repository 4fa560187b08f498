import { isRecord } from '../../core/basics/is-record.ts'
import type { LockedPackage } from '../../core/natives/locked-packages.ts'
import { ContainerImageError } from '../../errors.ts'
import { askNpm, type NpmPlace } from './ask-npm.ts'
import { parseLockfile, type Lockfile } from './definition.ts'

const atOnce = 50

/**
 * The lockfile with what it lacks: npm is asked for each package of the configured registry, and
 * holds what it installs against the answer. Some versions of npm wrote lockfiles without.
 * @throws ContainerImageError DEPENDENCIES_INVALID when the registry does not have a package
 */
export async function withIntegrity(
  lockfile: Lockfile,
  lacking: readonly LockedPackage[],
  place: NpmPlace,
): Promise<Lockfile> {
  const wanted = [...new Set(lacking.map(specifierOf))]
  const known = new Map<string, string>()
  for (let at = 0; at < wanted.length; at += atOnce) {
    const args = ['pack', '--dry-run', '--ignore-scripts', ...wanted.slice(at, at + atOnce)]
    const packed: unknown = await askNpm(args, place)
    for (const entry of Array.isArray(packed) ? packed.filter(isRecord) : []) {
      const { name, version, integrity } = entry
      if (typeof integrity === 'string') known.set(`${String(name)}@${String(version)}`, integrity)
    }
  }
  const lock: unknown = JSON.parse(lockfile.text)
  for (const locked of lacking) {
    const integrity = known.get(specifierOf(locked))
    const entry = entryOf(lock, locked.place)
    if (integrity === undefined || entry === undefined)
      throw new ContainerImageError(
        'DEPENDENCIES_INVALID',
        `docker/${place.image}/${lockfile.name} has no integrity for ${locked.place}, and the ` +
          `registry has none for ${specifierOf(locked)}. Renew the lockfile.`,
      )
    Reflect.set(entry, 'integrity', integrity)
  }
  return parseLockfile(lockfile.name, JSON.stringify(lock, undefined, 2), 'npm')
}

function specifierOf({ registryName, version = 'latest' }: LockedPackage): string {
  return `${registryName}@${version}`
}

/** In lockfiles of npm 6 and older packages are nested. */
function entryOf(lock: unknown, place: string): object | undefined {
  if (!isRecord(lock)) return undefined
  const { packages } = lock
  if (isRecord(packages)) return isRecord(packages[place]) ? packages[place] : undefined
  let entry: unknown = lock
  for (const name of place.split('node_modules/').slice(1)) {
    const inner = isRecord(entry) ? entry['dependencies'] : undefined
    entry = isRecord(inner) ? inner[name.replace(/\/$/, '')] : undefined
  }
  return isRecord(entry) ? entry : undefined
}
