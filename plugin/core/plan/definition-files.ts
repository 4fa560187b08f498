/**
 * Names in `docker/<image>/` that say how the image is made, and so are no part of what is in it:
 * manifests and lockfiles, what package managers and Docker read, installed packages.
 */
const files = new Set([
  'package.json',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  '.pnpmfile.cjs',
  '.npmrc',
  'yarn.lock',
  'bun.lock',
  'bun.lockb',
  'Dockerfile',
  'Dockerfile.dockerignore',
  '.dockerignore',
  '.gitignore',
  '.gitkeep',
])
const folders = new Set(['node_modules', 'patches'])

/**
 * Whether a path of `docker/<image>/` defines the image.
 * @param local paths of `file:` packages
 */
export function isDefinition(path: string, local: ReadonlySet<string>): boolean {
  if (files.has(path) || folders.has(path.split('/')[0] ?? '')) return true
  return [...local].some((own) => path === own || path.startsWith(`${own}/`))
}
