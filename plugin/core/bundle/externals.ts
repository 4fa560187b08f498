import { recordOf } from '../basics/is-record.ts'

/** `@scope/name` of `@scope/name/sub/path`; nothing for a path, a URL, `node:fs` or `#alias`. */
export function packageOf(specifier: string): string | undefined {
  return /^(?:@[^/\\:]+\/)?[^@./\\:#][^/\\:]*(?=\/|$)/.exec(specifier)?.[0]
}

/** In AWS's base images, under /var/runtime/node_modules: reached through NODE_PATH only. */
export function isAwsSdk(specifier: string): boolean {
  return /^(?:@aws-sdk\/|@smithy\/|aws-sdk(?:\/|$))/.test(specifier)
}

/**
 * Matches every import that stays out of the bundle: a package with all its subpaths. `*` in a
 * setting stands for any text.
 */
export function externalPattern(packages: readonly string[]): RegExp {
  const named = packages.map((name) =>
    name
      .split('*')
      .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`))
      .join('.*'),
  )
  return new RegExp(`^(?:@aws-sdk/|@smithy/|(?:${['aws-sdk', ...named].join('|')})(?:/|$))`)
}

/** Packages that `docker/<image>/package.json` installs; those of development are not. */
export function installedPackages(manifest: unknown): string[] {
  const { dependencies, optionalDependencies } = recordOf(manifest)
  return [dependencies, optionalDependencies].flatMap((packages) => Object.keys(recordOf(packages)))
}
