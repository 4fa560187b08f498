import { createRequire } from 'node:module'
import { join } from 'node:path'

import { isRecord } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'
import { learnFolderSecrets } from '../secrets/learn-from-files.ts'
import { readJson } from './read-json.ts'

/** The one call of @architect/hydrate that is used here. */
interface Hydrate {
  install(options: Readonly<Record<string, unknown>>): Promise<unknown>
}

/**
 * Installs a folder's own packages with the user's own Architect, before they are bundled: Architect
 * itself does it after this plugin. What is installed already is left alone. One at a time, each
 * folder once: hydrate works on the process's working directory.
 * @param inventory Architect's, handed on as it is
 */
export function createHydrator(
  inventory: unknown,
  appDirectory: string,
): (directory: string) => Promise<void> {
  const started = new Map<string, Promise<void>>()
  let last: Promise<void> = Promise.resolve()
  return async (directory) => {
    const next =
      started.get(directory) ??
      last.then(async () => await install(directory, inventory, appDirectory))
    started.set(directory, next)
    last = next.catch(() => undefined)
    await next
  }
}

async function install(directory: string, inventory: unknown, appDirectory: string): Promise<void> {
  if (await isUpToDate(directory)) return
  learnFolderSecrets([directory], process.env)
  try {
    await findHydrate(appDirectory).install({
      inventory,
      cwd: appDirectory,
      basepath: directory,
      autoinstall: false,
      copyShared: false,
      quiet: true,
    })
  } catch (error) {
    throw failed(directory, error)
  }
  if (!(await isUpToDate(directory))) throw failed(directory, undefined)
}

/** Every package that the folder's manifest names is there, in the version of its lockfile. */
async function isUpToDate(directory: string): Promise<boolean> {
  const manifest = await readJson(join(directory, 'package.json'))
  const dependencies = manifest?.['dependencies']
  if (!isRecord(dependencies)) return true
  const lock = await readJson(join(directory, 'package-lock.json'))
  const locked = isRecord(lock?.['packages']) ? lock['packages'] : {}
  const present = await Promise.all(
    Object.keys(dependencies).map(async (name) => {
      const installed = await readJson(join(directory, 'node_modules', name, 'package.json'))
      const entry = locked[`node_modules/${name}`]
      const version = isRecord(entry) && entry['link'] !== true ? entry['version'] : undefined
      return installed !== undefined && (version ?? installed['version']) === installed['version']
    }),
  )
  return present.every(Boolean)
}

/** From the app, from the Architect it has, then from the `arc` that runs: a global one, or pnpm's. */
function findHydrate(appDirectory: string): Hydrate {
  const places = [join(appDirectory, 'package.json'), process.argv[1] ?? appDirectory]
  for (const place of places) {
    const require = createRequire(place)
    for (const from of [place, resolveFrom(require, '@architect/architect/package.json')]) {
      const path =
        from === undefined ? from : resolveFrom(createRequire(from), '@architect/hydrate')
      const found: unknown = path === undefined ? undefined : require(path)
      if (isHydrate(found)) return found
    }
  }
  throw new Error('@architect/hydrate is not installed')
}

function resolveFrom(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name)
  } catch {
    return undefined
  }
}

function isHydrate(value: unknown): value is Hydrate {
  return isRecord(value) && typeof value['install'] === 'function'
}

function failed(directory: string, cause: unknown): ContainerImageError {
  const seen = cause instanceof Error ? `: ${cause.message}` : ''
  return new ContainerImageError(
    'HYDRATE_FAILED',
    `The packages of ${join(directory, 'package.json')} are needed for bundling and could not be ` +
      `installed${seen}. Run 'arc hydrate' and look at what it says.`,
    { cause },
  )
}
