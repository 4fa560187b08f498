import { chmod, copyFile, mkdir, utimes, writeFile } from 'node:fs/promises'
import { constants } from 'node:fs'
import { dirname, join, posix } from 'node:path'

import pLimit from 'p-limit'

import type { Bundle, ImageFile } from '../../ports/bundle.ts'
import { fileChanged, hashFile } from '../folder/hash-files.ts'

const taskRoot = 'var/task/'

/**
 * Writes a bundle into a folder that stands for /var/task, as the context `functions` of a build.
 * Modes and times are what the embedded builder writes into its layers: BuildKit takes them over.
 * @throws ContainerImageError FILE_CHANGED
 */
export async function stageFunctions({ files }: Bundle, folder: string): Promise<void> {
  const limit = pLimit(16)
  const folders = new Set<string>()
  for (const { path } of files) {
    let parent = posix.dirname(inside(path))
    for (; parent !== '.'; parent = posix.dirname(parent)) folders.add(parent)
  }
  await mkdir(folder, { recursive: true })
  for (const path of [...folders].toSorted()) await mkdir(join(folder, path), { recursive: true })
  await Promise.all(
    files.map(({ path, source, executable }) =>
      limit(async () => {
        const target = join(folder, inside(path))
        if (source.kind === 'bytes') await writeFile(target, source.bytes)
        else await copyUnchanged(source, target)
        await settle(target, executable ? 0o755 : 0o644)
      }),
    ),
  )
  // Children first: writing into a folder renews its time.
  for (const path of [...folders].toSorted().toReversed()) await settle(join(folder, path), 0o755)
  await settle(folder, 0o755)
}

/** The copy is what is judged: nobody else writes to it. */
async function copyUnchanged(
  { file, size, sha256 }: Extract<ImageFile['source'], { kind: 'file' }>,
  target: string,
): Promise<void> {
  await copyFile(file, target, constants.COPYFILE_FICLONE)
  if (sha256 !== undefined && (await hashFile(target, size)).sha256 !== sha256)
    throw fileChanged(file)
}

/** The umask of who deploys must not keep Lambda's user from reading. */
async function settle(path: string, mode: number): Promise<void> {
  await chmod(path, mode)
  await utimes(path, 0, 0)
}

function inside(path: string): string {
  if (path.startsWith(taskRoot) && dirname(path) !== '.') return path.slice(taskRoot.length)
  throw new TypeError(`${path} is not below /var/task`)
}
