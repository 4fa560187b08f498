import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { PlannedImage } from '../../core/model.ts'
import { temporaryPath } from '../temporary/temporary-path.ts'
import type { Definition } from './definition.ts'
import { writeInputs } from './install.ts'
import { findPackageTool } from './package-tool.ts'
import { judgeLockedSources, settleDefinition } from './settle-definition.ts'

/**
 * Makes the lockfile of an image that has none, beside its package.json and for all platforms.
 * Not for a dry run, which writes nothing.
 * @returns the image with its lockfile, and the path of a file that was made and is to be committed
 * @throws ContainerImageError DEPENDENCIES_INVALID when what was made could not be used; it is then
 * not kept
 */
export async function ensureLockfile(
  image: PlannedImage,
  options: {
    readonly cacheDirectory: string
    readonly environment?: Readonly<Record<string, string | undefined>>
  },
): Promise<{ readonly image: PlannedImage; readonly created?: string }> {
  if (image.definition.kind !== 'package' || image.definition.lockfile !== undefined)
    return { image }
  const { cacheDirectory, environment } = options
  const definition = await settleDefinition(image, environment)
  if (definition.empty) return { image }
  const name = definition.manager === 'npm' ? 'package-lock.json' : 'pnpm-lock.yaml'
  const lockfile = join(definition.directory, name)
  const text = await makeLockfile(name, definition, { cacheDirectory, environment })
  await judgeLockedSources(image, definition, { name, text }, environment)
  await writeFile(`${lockfile}.${process.pid}`, text)
  await rename(`${lockfile}.${process.pid}`, lockfile)
  return { image: { ...image, definition: { ...image.definition, lockfile } }, created: lockfile }
}

async function makeLockfile(
  name: string,
  definition: Definition,
  {
    cacheDirectory,
    environment,
  }: {
    readonly cacheDirectory: string
    readonly environment: Readonly<Record<string, string | undefined>> | undefined
  },
): Promise<string> {
  const tool = await findPackageTool(definition.manager, environment)
  const folder = await temporaryPath(cacheDirectory)
  try {
    await writeInputs(folder, definition)
    await writeFile(join(folder, 'package.json'), definition.text)
    const only = tool.name === 'npm' ? '--package-lock-only' : '--lockfile-only'
    const args = ['install', only, '--ignore-scripts', ...(tool.name === 'npm' ? quiet : [])]
    await tool.run(args, { cwd: folder, image: definition.image })
    return await readFile(join(folder, name), 'utf8')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const quiet = ['--package-lock=true', '--audit=false', '--fund=false', '--color=false']
