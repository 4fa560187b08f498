import { constants } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'

import { ContainerImageError } from '../../errors.ts'

/**
 * Layers, installs and lockfiles are all made in the cache, so that one question at the start is
 * clearer than whichever of them fails first.
 * @throws ContainerImageError CACHE_UNWRITABLE
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
}
