import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { readJson } from '../folder/read-json.ts'
import type { PackageManager } from '../../core/model.ts'

/** What may say by what packages are installed, in a folder. */
const lockfiles = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
} as const

/**
 * Whether packages are installed by pnpm, as `packageManager` of the nearest package.json or the
 * nearest lockfile says; the root of a repository is the last place that is looked at. npm makes the
 * lockfiles of apps that use another manager.
 */
export async function preferredManager(directory: string): Promise<PackageManager> {
  for (let folder = directory; ; folder = dirname(folder)) {
    const manifest = await readJson(join(folder, 'package.json'))
    const named = manifest?.['packageManager']
    if (typeof named === 'string') return named.startsWith('pnpm@') ? 'pnpm' : 'npm'
    for (const [name, manager] of Object.entries(lockfiles))
      if (existsSync(join(folder, name))) return manager
    if (existsSync(join(folder, '.git')) || folder === dirname(folder)) return 'npm'
  }
}
