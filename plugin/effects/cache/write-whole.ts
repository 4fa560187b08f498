import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

import { explainSystemError } from '../../core/basics/system-error.ts'
import { temporaryPath } from '../temporary/temporary-path.ts'

/** Whether an error says that the disk took nothing: what the cache lacks is made again. */
export function isUnwritable(error: unknown): boolean {
  return explainSystemError(error) !== error
}

/**
 * Puts a text into the cache, where nobody ever finds a part of it. It only saves time: one that
 * cannot be written is made again by the next deploy.
 * @param isPrivate nobody else may read it, or look into its folder
 */
export async function writeWhole(
  cacheDirectory: string,
  path: string,
  text: string,
  isPrivate = false,
): Promise<void> {
  try {
    const temporary = await temporaryPath(cacheDirectory)
    await writeFile(temporary, text, isPrivate ? { mode: 0o600 } : {})
    await mkdir(dirname(path), { recursive: true, ...(isPrivate && { mode: 0o700 }) })
    await rename(temporary, path)
  } catch (error) {
    if (!isUnwritable(error)) throw error
  }
}
