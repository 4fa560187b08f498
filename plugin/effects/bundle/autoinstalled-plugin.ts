import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Plugin } from 'esbuild'

import { installedPackages, packageOf } from '../../core/bundle/externals.ts'
import { readJson } from '../folder/read-json.ts'

const reentry = Symbol('resolved by this plugin')

/** Folders of packages that Architect has installed for functions without a manifest, real paths. */
export async function autoinstalledPackages(
  sourceDirectories: readonly string[],
): Promise<readonly string[]> {
  const leftovers: string[] = []
  for (const directory of new Set(sourceDirectories)) {
    if (!existsSync(join(directory, 'node_modules'))) continue
    const manifest = await readJson(join(directory, 'package.json'))
    if (installedPackages(manifest).length > 0) continue
    leftovers.push(await realpath(join(directory, 'node_modules')))
  }
  return leftovers
}

/**
 * Architect installs what a function without a manifest of its own imports into the function's
 * folder, at the end of a deploy and without a lockfile. The next deploy must not bundle other
 * versions because of that: what the app itself has installed goes first.
 */
export function autoinstalledPlugin(appDirectory: string, leftovers: readonly string[]): Plugin {
  const isLeftover = (path: string): boolean =>
    leftovers.some((folder) => path.startsWith(folder + sep))

  return {
    name: 'autoinstalled-packages',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, async ({ path, resolveDir, pluginData, ...args }) => {
        if (pluginData === reentry || packageOf(path) === undefined) return undefined
        if (isLeftover(resolveDir)) return undefined
        const { importer, kind } = args
        const as = { importer, kind, pluginData: reentry }
        const found = await build.resolve(path, { ...as, resolveDir })
        if (found.errors.length > 0 || !isLeftover(found.path)) return undefined
        const ofApp = await build.resolve(path, { ...as, resolveDir: appDirectory })
        return ofApp.errors.length > 0 ? undefined : ofApp
      })
    },
  }
}
