import { constants, statSync } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { ContainerImageError } from '../../errors.ts'
import { cacheFolders } from './cache-folders.ts'
import { othersWho } from './others-who.ts'

/** What is in it is believed, or packed. */
const inside = [...cacheFolders, 'temporary']

/**
 * Layers, installs and lockfiles are all made in the cache, so that one question at the start is
 * clearer than whichever of them fails first. What others may write there, they may put into images.
 * @throws ContainerImageError CACHE_UNWRITABLE, CACHE_UNSAFE
 */
export async function requireWritableCache(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await access(directory, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const seen = cause instanceof Error ? cause.message : String(cause)
    throw new ContainerImageError(
      'CACHE_UNWRITABLE',
      `The cache ${directory} cannot be written: ${seen}. Make it writable, or name another folder ` +
        'in ARC_CONTAINER_IMAGES_CACHE.',
      { cause },
    )
  }
  for (const folder of [directory, ...inside.map((name) => join(directory, name))]) {
    // Two dozen questions, whose answers would take longer through other threads.
    const found = statSync(folder, { throwIfNoEntry: false })
    const others = found && othersWho(found)
    if (others === undefined) continue
    throw new ContainerImageError(
      'CACHE_UNSAFE',
      `The cache ${folder} ${others}, who could put files into your images. Remove it or run ` +
        `'chmod go-w ${folder}', or name another folder in ARC_CONTAINER_IMAGES_CACHE.`,
    )
  }
}
