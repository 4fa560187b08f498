import { realpath } from 'node:fs/promises'
import { dirname, extname, join, relative } from 'node:path'

import { packageOf } from '../../core/bundle/externals.ts'
import { requireTarget } from '../../core/bundle/require-target.ts'
import { readJson } from '../folder/read-json.ts'

/** How a specifier is found in installed packages. */
export type Installed = 'require' | 'esm-only' | 'absent'

/**
 * How a specifier (`name` or `name/sub/path`) can be loaded, by the first folder of `node_modules`
 * that has the package, as Node looks it up.
 */
export async function judgeSpecifier(
  directories: readonly string[],
  specifier: string,
): Promise<Installed> {
  for (const directory of directories) {
    const judged = await judge(join(directory, 'node_modules'), specifier)
    if (judged !== 'absent') return judged
  }
  return 'absent'
}

/** A folder and all above it, nearest first. */
export function ancestors(directory: string): string[] {
  const above = dirname(directory)
  return above === directory ? [directory] : [directory, ...ancestors(above)]
}

async function judge(nodeModules: string, specifier: string): Promise<Installed> {
  const name = packageOf(specifier)
  if (name === undefined) return 'absent'
  const root = await realpath(join(nodeModules, name)).catch(() => undefined)
  const manifest = root === undefined ? undefined : await readJson(join(root, 'package.json'))
  if (root === undefined || manifest === undefined) return 'absent'
  const target = requireTarget(manifest, `.${specifier.slice(name.length)}`)
  if (target.kind === 'none') return 'esm-only'
  const extension = extname(target.path)
  if (extension === '.mjs') return 'esm-only'
  if (extension !== '' && extension !== '.js') return 'require'
  return (await typeAbove(root, dirname(target.path))) === 'module' ? 'esm-only' : 'require'
}

/** The `type` of the nearest manifest, up to the package's own. */
async function typeAbove(root: string, folder: string): Promise<unknown> {
  const here = join(root, folder)
  const manifest = await readJson(join(here, 'package.json'))
  if (manifest !== undefined) return manifest['type']
  return relative(root, here) === '' ? undefined : await typeAbove(root, dirname(folder))
}
