import { constants, type Stats } from 'node:fs'
import { access, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { ContainerImageError } from '../../errors.ts'

/** Folders in it whose content is believed, or packed. */
const inside = [
  'layers',
  'app-layers',
  'installs',
  'dependencies',
  'bases',
  'files',
  'sandbox',
  'sha256',
  'temporary',
]

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
    const others = await othersWho(folder)
    if (others === undefined) continue
    throw new ContainerImageError(
      'CACHE_UNSAFE',
      `The cache ${folder} ${others}, who could put files into your images. Remove it or run ` +
        `'chmod go-w ${folder}', or name another folder in ARC_CONTAINER_IMAGES_CACHE.`,
    )
  }
}

/** Who else may change a folder; Windows has no such modes. */
async function othersWho(folder: string): Promise<string | undefined> {
  const found = await stat(folder).catch(() => undefined)
  const [user, group] = [process.getuid?.(), process.getgid?.()]
  if (found === undefined || user === undefined) return undefined
  if (found.uid !== user && user !== 0) return `belongs to another user (${found.uid})`
  return writers(found, group)
}

/** A folder of one's own group is what many systems make by themselves (umask 002). */
function writers({ mode, gid }: Stats, group: number | undefined): string | undefined {
  if ((mode & 0o002) !== 0) return 'may be written by all users'
  if ((mode & 0o020) !== 0 && gid !== group) return `may be written by the group ${gid}`
  return undefined
}
