import { compareVersions } from './binary.ts'
import type { InstalledPackage } from './installed-tree.ts'

/** Where a package with prebuilt files for both of Lambda's machines is known. */
interface Successor {
  /** The first version of the package itself that has them. */
  readonly version?: string
  /** Another package that does the same work. */
  readonly instead?: string
}

/** Each was installed and its files looked at: `docs/packages.md`. */
const successors: Readonly<Record<string, Successor>> = {
  'better-sqlite3': { version: '13' },
  sqlite3: { instead: 'better-sqlite3 13' },
  duckdb: { instead: '@duckdb/node-api' },
  canvas: { instead: '@napi-rs/canvas' },
  'skia-canvas': { instead: '@napi-rs/canvas' },
  bcrypt: { version: '6' },
  argon2: { version: '0.40' },
  sharp: { version: '0.33' },
  snappy: { version: '7' },
  leveldown: { instead: 'classic-level' },
  'pg-native': { instead: 'pg' },
  'node-sass': { instead: 'sass' },
  grpc: { instead: '@grpc/grpc-js' },
}

/** What helps where a package has no native file for the platform. */
export function remedyFor(
  { name, version }: Pick<InstalledPackage, 'name' | 'version'>,
  image: string,
): string {
  const known = successors[name] ?? {}
  const newer =
    known.version !== undefined && compareVersions(version, known.version) < 0
      ? `${name} ${known.version} brings it`
      : undefined
  const other = known.instead === undefined ? undefined : `${known.instead} brings it`
  const best = newer ?? other ?? 'Choose a version that publishes one'
  return (
    `${best}; or build the image from a Dockerfile ('arc-images dockerfile ${image}' prints one), ` +
    `or leave it out with 'omit ${name}'.`
  )
}
