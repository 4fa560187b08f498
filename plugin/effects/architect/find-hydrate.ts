import { createRequire } from 'node:module'
import { join } from 'node:path'

import { isRecord } from '../../core/basics/is-record.ts'

/** The calls of @architect/hydrate that are used here. */
export interface Hydrate {
  install: (options: Readonly<Record<string, unknown>>, callback?: unknown) => unknown
  readonly shared: (options: Readonly<Record<string, unknown>>) => Promise<unknown>
}

/**
 * The hydrate that `arc deploy` itself uses: of the app, of the Architect it has, then of the `arc`
 * that runs, which may be a global one or pnpm's.
 */
export function findHydrate(appDirectory: string): Hydrate | undefined {
  const places = [join(appDirectory, 'package.json'), process.argv[1] ?? appDirectory]
  for (const place of places) {
    const architect = resolveFrom(place, '@architect/architect/package.json')
    const deploy = architect && resolveFrom(architect, '@architect/deploy')
    for (const from of [deploy, architect, place]) {
      const path = from && resolveFrom(from, '@architect/hydrate')
      const found: unknown = path === undefined ? undefined : createRequire(path)(path)
      if (isHydrate(found)) return found
    }
  }
  return undefined
}

function resolveFrom(place: string, name: string): string | undefined {
  try {
    return createRequire(place).resolve(name)
  } catch {
    return undefined
  }
}

function isHydrate(value: unknown): value is Hydrate {
  return isRecord(value) && typeof value['install'] === 'function'
}
