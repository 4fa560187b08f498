import { resolve } from 'node:path'

import { isRecord, recordOf, textOf } from '../../core/basics/is-record.ts'

/**
 * Architect's inventory with some of its functions only, as far as hydrate looks at them: it installs
 * into their folders, and copies shared code there.
 * @param keep by a function's source folder, absolute
 */
export function filterInventory(
  inventory: unknown,
  keep: (sourceDirectory: string) => boolean,
): Readonly<Record<string, unknown>> {
  const { inv, ...rest } = recordOf(inventory)
  const all = recordOf(inv)
  const isKept = (folder: unknown): boolean => typeof folder === 'string' && keep(folder)
  const kept = (folders: unknown): unknown =>
    Array.isArray(folders) ? folders.filter(isKept) : folders
  const app = textOf(recordOf(all['_project'])['cwd']) ?? ''
  const shared = (name: 'shared' | 'views') => {
    const part = all[name]
    if (!isRecord(part)) return part
    const source = textOf(part['src'])
    // Architect starts in the app's folder; who calls hydrate elsewhere needs a whole path.
    return {
      ...part,
      ...(source !== undefined && { src: resolve(app, source) }),
      [name]: kept(part[name]),
    }
  }
  return {
    ...rest,
    inv: {
      ...all,
      lambdaSrcDirs: kept(all['lambdaSrcDirs']),
      lambdasBySrcDir: Object.fromEntries(
        Object.entries(recordOf(all['lambdasBySrcDir'])).filter(([folder]) => isKept(folder)),
      ),
      shared: shared('shared'),
      views: shared('views'),
    },
  }
}
