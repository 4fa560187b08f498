import { dirname, join } from 'node:path'

import { isRecord, textOf } from '../../core/basics/is-record.ts'
import { readJson } from '../folder/read-json.ts'

/**
 * The version of a package that the app declares for a function: the one that is installed, else the
 * range that the nearest package.json names. A version from elsewhere than a registry is none.
 */
export async function versionInApp(
  name: string,
  source: string,
  appDirectory: string,
): Promise<string | undefined> {
  for (let folder = source; ; folder = dirname(folder)) {
    const declared = declaredIn(await readJson(join(folder, 'package.json')), name)
    if (declared !== undefined)
      return /[:/]/.test(declared) ? undefined : ((await installed(name, folder)) ?? declared)
    if (folder === appDirectory || folder === dirname(folder)) return undefined
  }
}

function declaredIn(
  manifest: Readonly<Record<string, unknown>> | undefined,
  name: string,
): string | undefined {
  for (const field of ['dependencies', 'optionalDependencies', 'devDependencies']) {
    const named = manifest?.[field]
    const range = isRecord(named) ? textOf(named[name]) : undefined
    if (range !== undefined) return range
  }
  return undefined
}

async function installed(name: string, folder: string): Promise<string | undefined> {
  const manifest = await readJson(join(folder, 'node_modules', name, 'package.json'))
  return textOf(manifest?.['version'])
}
