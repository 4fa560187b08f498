import { isRecord, recordOf } from '../basics/is-record.ts'

/** What `require` finds for a specifier in a package, by its manifest alone. */
export type RequireTarget =
  /** Path relative to the package; whether it is an ES module may depend on a `type` above it. */
  | { readonly kind: 'file'; readonly path: string }
  /** `exports` has nothing for `require`: ERR_PACKAGE_PATH_NOT_EXPORTED. */
  | { readonly kind: 'none' }

/** `module-sync` is missing: Lambda runs Node without `require` of ES modules. */
const requireConditions = new Set(['node', 'node-addons', 'require', 'default'])
const importConditions = new Set(['node', 'node-addons', 'import', 'default'])

/**
 * Resolves as Node does (https://nodejs.org/api/esm.html#resolution-algorithm-specification,
 * PACKAGE_EXPORTS_RESOLVE) for `require` under Lambda's conditions.
 * @param subpath `.` or `./sub/path`
 * @param by `import`: what an ES module would be given
 */
export function requireTarget(
  manifest: Readonly<Record<string, unknown>>,
  subpath: string,
  by: 'require' | 'import' = 'require',
): RequireTarget {
  const { exports, main } = manifest
  if (exports === undefined || exports === null) {
    if (subpath !== '.') return { kind: 'file', path: subpath.slice(2) }
    return { kind: 'file', path: typeof main === 'string' && main !== '' ? main : 'index.js' }
  }
  const conditions = by === 'require' ? requireConditions : importConditions
  const path = matchSubpath(exports, subpath, conditions)
  return path === undefined ? { kind: 'none' } : { kind: 'file', path }
}

function matchSubpath(
  exports: unknown,
  subpath: string,
  conditions: ReadonlySet<string>,
): string | undefined {
  if (!isSubpathMap(exports)) return subpath === '.' ? pick(exports, conditions) : undefined
  if (Object.hasOwn(exports, subpath)) return pick(exports[subpath], conditions)
  const keys = Object.keys(exports)
    .filter((key) => key.includes('*') || key.endsWith('/'))
    .toSorted((a, b) => b.length - a.length)
  for (const key of keys) {
    const [before = '', after = ''] = key.split('*')
    const fits = subpath.startsWith(before) && subpath.endsWith(after)
    if (!fits || subpath.length < key.length) continue
    const found = pick(exports[key], conditions)
    const middle = subpath.slice(before.length, subpath.length - after.length)
    return key.includes('*') ? found?.replaceAll('*', middle) : found && found + middle
  }
  return undefined
}

function isSubpathMap(exports: unknown): exports is Readonly<Record<string, unknown>> {
  if (!isRecord(exports)) return false
  return Object.keys(exports).some((key) => key.startsWith('.'))
}

function pick(target: unknown, conditions: ReadonlySet<string>): string | undefined {
  if (typeof target === 'string') return target.replace(/^\.\//, '')
  if (Array.isArray(target)) {
    return target.map((entry) => pick(entry, conditions)).find((found) => found !== undefined)
  }
  for (const [condition, inner] of Object.entries(recordOf(target))) {
    const found = conditions.has(condition) ? pick(inner, conditions) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
