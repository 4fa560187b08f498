import { chmod, copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { hashFile, fileChanged } from '../folder/hash-files.ts'
import type { FoundFile } from '../folder/walk-folder.ts'

/** A file of the image's folder that an install needs, as it was read when the image was named. */
export interface InputFile extends FoundFile {
  /** Hex; what is installed later has to have the same. */
  readonly sha256: string
}

/**
 * Copies files into a folder of their own, where each has its path.
 * @throws ContainerImageError FILE_CHANGED, FILES_UNFIT
 */
export async function copyInputs(files: readonly InputFile[], folder: string): Promise<void> {
  for (const { path, file, size, executable, sha256 } of files) {
    const target = join(folder, path)
    await mkdir(dirname(target), { recursive: true })
    await copyFile(file, target).catch(() => {
      throw fileChanged(file)
    })
    const copied = await hashFile(target, size)
    if (copied.sha256 !== sha256) throw fileChanged(file)
    // npm's settings may hold a token.
    await chmod(target, path === '.npmrc' ? 0o600 : executable ? 0o755 : 0o644)
  }
}
