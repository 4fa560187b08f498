import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { ImageFolders } from '../../core/plan/image-folders.ts'
import { preferredManager } from './preferred-manager.ts'

/** Reads `docker/` of an app; an app without one has no image folders. */
export async function readImageFolders(appDirectory: string): Promise<ImageFolders> {
  const directory = join(appDirectory, 'docker')
  const names = (await namesIn(directory)) ?? []
  const images = names.map((name) => name.replace(/\/$/, ''))
  const folders = await Promise.all(
    images.map(async (name) => [name, await namesIn(join(directory, name))] as const),
  )
  const found = new Map(folders.flatMap(([name, of]) => (of === undefined ? [] : [[name, of]])))
  const managers = await Promise.all(
    [...found.keys()].map(async (name) => [name, await preferredManager(join(directory, name))]),
  )
  const byPnpm = managers.flatMap(([name = '', manager]) => (manager === 'pnpm' ? [name] : []))
  return { directory, folders: found, byPnpm: new Set(byPnpm) }
}

/** `undefined` for what is no folder; files beside the folders are the user's own affair. */
async function namesIn(directory: string): Promise<readonly string[] | undefined> {
  try {
    const entries = await readdir(directory, { withFileTypes: true })
    const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    return names.filter((name) => name !== '.DS_Store').toSorted()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
