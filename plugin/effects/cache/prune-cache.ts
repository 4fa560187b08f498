import { temporaryPath } from '../temporary/temporary-path.ts'
import { readdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { cacheFolders } from './cache-folders.ts'
import { removeFolder } from './remove-folder.ts'

const hour = 60 * 60 * 1000
const day = 24 * hour

/** Bounds of the cache; every use of an entry makes it young again. */
const defaults = {
  /** Entries that were used this recently may be in use by another deploy. */
  inUse: 6 * hour,
  maximumAge: 30 * day,
  /** Bytes of layers, oldest beyond it first. */
  maximumLayers: 10 * 1000 ** 3,
  /** Bytes of bundles and their source maps, oldest beyond it first. */
  maximumBundles: 2 * 1000 ** 3,
  /** Installed folders, oldest beyond it first: each can be made again from its lockfile. */
  maximumInstalls: 10,
  /** Source maps of images, oldest beyond it first: a day of syncs makes many. */
  maximumMaps: 50,
  /** Unpacked layers, oldest beyond it first. */
  maximumRoots: 40,
  every: day,
}

interface Entry {
  readonly path: string
  readonly age: number
  readonly size: number
}

/**
 * Removes what was not used for long, at most once a day: entries of 30 days, layers beyond 10 GB,
 * all but ten installed and forty unpacked folders, unfinished work of a day ago. Never what was used in the last six
 * hours. Whatever fails here is left for the next time.
 */
export async function pruneCache(
  cacheDirectory: string,
  bounds: Partial<typeof defaults> = {},
): Promise<void> {
  const { inUse, maximumAge, maximumLayers, every, ...most } = { ...defaults, ...bounds }
  const stamp = join(cacheDirectory, 'pruned')
  if ((await ageOf(stamp)) < every) return
  await writeFile(stamp, '').catch(() => undefined)
  const unfinished = await entriesOf(join(cacheDirectory, 'temporary'))
  const old = unfinished.filter(({ age }) => age > Math.max(inUse, day))
  for (const folder of cacheFolders) {
    const entries = (await entriesOf(join(cacheDirectory, folder))).toSorted(
      (a, b) => a.age - b.age,
    )
    let bytes = 0
    for (const [index, entry] of entries.entries()) {
      bytes += entry.size
      const tooMany =
        (folder === 'layers' && bytes > maximumLayers) ||
        (folder === 'bundles' && bytes > most.maximumBundles) ||
        (folder === 'installs' && index >= most.maximumInstalls) ||
        (folder === 'maps' && index >= most.maximumMaps) ||
        (folder === 'roots' && index >= most.maximumRoots)
      if (entry.age > inUse && (entry.age > maximumAge || tooMany)) old.push(entry)
    }
  }
  for (const { path } of old) await removeWhole(cacheDirectory, path)
}

/** Moved away first, so that nobody ever finds half of a folder. */
async function removeWhole(cacheDirectory: string, path: string): Promise<void> {
  const away = await temporaryPath(cacheDirectory)
  await rename(path, away).catch(() => undefined)
  await removeFolder(away).catch(() => undefined)
}

async function entriesOf(folder: string): Promise<Entry[]> {
  const names = await readdir(folder).catch(() => [])
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      const found = await stat(path).catch(() => undefined)
      return { path, age: Date.now() - (found?.mtimeMs ?? Date.now()), size: found?.size ?? 0 }
    }),
  )
}

async function ageOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  return found === undefined ? Infinity : Date.now() - found.mtimeMs
}
