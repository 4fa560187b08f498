import { compareVersions } from './binary.ts'
import type { InstalledPackage } from './installed-tree.ts'

/** A package that loads on both of Lambda's machines as it is installed. */
interface Successor {
  /** The first version of the package itself that has them. */
  readonly version?: string
  /** Another package that does the same work. */
  readonly instead?: string
}

/** Each was installed for both architectures, and its files judged. */
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
  libpq: { instead: 'pg' },
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
      ? `Take ${name} ${known.version} or newer, which brings one`
      : undefined
  const other =
    known.instead === undefined
      ? undefined
      : `Take ${known.instead} instead, which needs no compiler`
  const best = newer ?? other ?? 'Choose a version that publishes one'
  return (
    `${best}; or build the image from a Dockerfile ('arc-images dockerfile ${image}' prints one), ` +
    `or leave it out with 'omit ${name}'.`
  )
}
