import { copyFile, cp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { PlannedImage } from '../../core/model.ts'
import { temporaryPath } from '../cache/layer-cache.ts'
import { readDefinition } from './definition.ts'
import { writeInputs } from './install.ts'
import { findPackageTool } from './package-tool.ts'

/**
 * Makes the lockfile of an image that has none, beside its package.json and for all platforms.
 * Not for a dry run, which writes nothing.
 * @returns the image with its lockfile, and the path of a file that was made and is to be committed
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
  const definition = await readDefinition(image)
  if (definition.empty) return { image }
  const tool = await findPackageTool(definition.manager, options.environment)
  const folder = await temporaryPath(options.cacheDirectory)
  const name = tool.name === 'npm' ? 'package-lock.json' : 'pnpm-lock.yaml'
  const lockfile = join(definition.directory, name)
  try {
    await writeInputs(folder, definition)
    await cp(join(definition.directory, 'package.json'), join(folder, 'package.json'))
    const only = tool.name === 'npm' ? '--package-lock-only' : '--lockfile-only'
    const args = ['install', only, '--ignore-scripts', ...(tool.name === 'npm' ? quiet : [])]
    await tool.run(args, { cwd: folder, image: image.name })
    await copyFile(join(folder, name), `${lockfile}.${process.pid}`)
    await rename(`${lockfile}.${process.pid}`, lockfile)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { image: { ...image, definition: { ...image.definition, lockfile } }, created: lockfile }
}

const quiet = ['--package-lock=true', '--audit=false', '--fund=false', '--color=false']
