import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { PackageManager } from '../../core/model.ts'
import type { FileChange } from '../../core/file-change.ts'
import { temporaryPath } from '../temporary/temporary-path.ts'
import { findPackageTool } from './package-tool.ts'

const lockfiles = { npm: 'package-lock.json', pnpm: 'pnpm-lock.yaml' } as const
const adding = {
  npm: ['install', '--package-lock-only', '--package-lock=true', '--save-exact', '--audit=false'],
  pnpm: ['add', '--lockfile-only', '--save-exact', '--ignore-workspace'],
} as const

/**
 * The package.json and lockfile of an image with more packages in them, as npm or pnpm write them in
 * a folder of its own. The image's own folder is not touched.
 * @param folder the names in docker/<image>/, none when it is not there yet
 * @param packages with the versions that are wanted: `sharp@0.34.0`
 * @throws ContainerImageError DEPENDENCIES_TOOL_MISSING, DEPENDENCIES_INSTALL_FAILED
 */
export async function addPackages(
  image: string,
  packages: readonly string[],
  where: {
    readonly directory: string
    readonly folder: readonly string[]
    readonly manager: PackageManager
    readonly cacheDirectory: string
    readonly environment: Readonly<Record<string, string | undefined>>
  },
): Promise<readonly FileChange[]> {
  const { directory, folder, manager, cacheDirectory, environment } = where
  const tool = await findPackageTool(manager, environment)
  const temporary = await temporaryPath(cacheDirectory)
  // npm writes the folder's name into the lockfile.
  const cwd = join(temporary, image)
  try {
    await mkdir(cwd, { recursive: true, mode: 0o700 })
    const names = ['package.json', lockfiles[manager]]
    const before = new Map<string, string>()
    for (const name of [...names, '.npmrc'].filter((file) => folder.includes(file))) {
      const text = await readFile(join(directory, name), 'utf8')
      before.set(name, text)
      await writeFile(join(cwd, name), text, { mode: 0o600 })
    }
    if (!before.has('package.json')) await writeFile(join(cwd, 'package.json'), '{}\n')
    await tool.run([...adding[manager], '--ignore-scripts', ...packages], { cwd, image })
    return await Promise.all(
      names.map(async (name): Promise<FileChange> => {
        const was = before.get(name)
        return {
          path: `docker/${image}/${name}`,
          after: await readFile(join(cwd, name), 'utf8'),
          ...(was !== undefined && { before: was }),
        }
      }),
    )
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}
