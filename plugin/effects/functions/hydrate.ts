import { join } from 'node:path'

import { isRecord, recordOf } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'
import { filterInventory } from '../architect/filter-inventory.ts'
import { findHydrate, type Hydrate } from '../architect/find-hydrate.ts'
import { learnFolderSecrets } from '../secrets/learn-from-files.ts'
import { readJson } from '../folder/read-json.ts'

/** Does before the bundling what Architect itself does after this plugin, by its own means. */
export interface Hydrator {
  /** Installs a folder's own packages; what is installed already is left alone. */
  readonly install: (directory: string) => Promise<void>
  /** Copies `@architect/shared`, `views` and the static manifest into functions' folders. */
  readonly share: (sourceDirectories: readonly string[]) => Promise<void>
}

/**
 * Hydrates with the user's own Architect. One at a time, as hydrate works on the process's working
 * directory; each folder is installed once.
 * @param inventory Architect's, handed on as it is
 */
export function createHydrator(inventory: unknown, appDirectory: string): Hydrator {
  const started = new Map<string, Promise<void>>()
  let last: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }
  return {
    async install(directory) {
      const next =
        started.get(directory) ??
        inTurn(async () => await install(directory, inventory, appDirectory))
      started.set(directory, next)
      await next
    },
    share: async (directories) =>
      await inTurn(async () => await share(directories, inventory, appDirectory)),
  }
}

async function install(directory: string, inventory: unknown, appDirectory: string): Promise<void> {
  if (await isUpToDate(directory)) return
  learnFolderSecrets([directory], process.env)
  try {
    await hydrateOf(appDirectory).install({
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

async function share(
  directories: readonly string[],
  inventory: unknown,
  appDirectory: string,
): Promise<void> {
  const own = filterInventory(inventory, (folder) => directories.includes(folder))
  const { shared, views } = recordOf(own['inv'])
  if (!isRecord(shared) && !isRecord(views) && findHydrate(appDirectory) === undefined) return
  try {
    await hydrateOf(appDirectory).shared({ inventory: own, cwd: appDirectory, quiet: true })
  } catch (cause) {
    const seen = cause instanceof Error ? cause.message : String(cause)
    throw new ContainerImageError(
      'HYDRATE_FAILED',
      `Shared code and views could not be copied into ${directories.join(', ')}: ${seen}. Run 'arc hydrate' and look at what it says.`,
      { cause },
    )
  }
}

function hydrateOf(appDirectory: string): Hydrate {
  const hydrate = findHydrate(appDirectory)
  if (hydrate === undefined) throw new Error('@architect/hydrate is not installed')
  return hydrate
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

function failed(directory: string, cause: unknown): ContainerImageError {
  const seen = cause instanceof Error ? `: ${cause.message}` : ''
  return new ContainerImageError(
    'HYDRATE_FAILED',
    `The packages of ${join(directory, 'package.json')} are needed for bundling and could not be ` +
      `installed${seen}. Run 'arc hydrate' and look at what it says.`,
    { cause },
  )
}
