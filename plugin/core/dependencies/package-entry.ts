import { requireTarget } from '../bundle/require-target.ts'

/** As Node looks for what `main` names without an extension. */
const endings = ['', '.js', '.json', '.node', '/index.js', '/index.json', '/index.node']

/**
 * The file that a package names as its entry and does not have: mostly it is still to be built. A
 * package that names none may be data only.
 * @param files relative to the package, posix
 * @returns the field and what it says: `main (dist/index.js)`
 */
export function missingEntry(
  manifest: Readonly<Record<string, unknown>>,
  files: ReadonlySet<string>,
): string | undefined {
  const { exports, main } = manifest
  const field = exports === undefined || exports === null ? 'main' : 'exports'
  if (field === 'main' && (typeof main !== 'string' || main === '')) return undefined
  for (const by of ['require', 'import'] as const) {
    const target = requireTarget(manifest, '.', by)
    if (target.kind === 'none') continue
    const path = target.path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '')
    // Node takes the package's own index.js where `main` leads nowhere.
    const tried = field === 'main' ? [...endings.map((end) => path + end), 'index.js'] : [path]
    if (path !== '.' && !tried.some((file) => files.has(file))) return `${field} (${target.path})`
  }
  return undefined
}
