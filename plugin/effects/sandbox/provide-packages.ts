import { realpath } from 'node:fs/promises'
import { join } from 'node:path'

import type { PlannedImage } from '../../core/model.ts'
import type { SandboxPackages } from '../../ports/sandbox.ts'
import type { Console } from '../architect/console.ts'
import type { Definition } from '../dependencies/definition.ts'
import { installHere } from '../dependencies/install-here.ts'
import { createLockfiles } from '../dependencies/lockfiles.ts'
import { settleDefinition } from '../dependencies/settle-definition.ts'
import { versionIn } from '../dependencies/version-differences.ts'

/**
 * Installs the packages of an image for this machine, once: they are in the cache from then on.
 * @returns nothing where functions find the same without it: for an image without packages, and in
 * an app that has all of them in the versions of the lockfile
 * @throws ContainerImageError DEPENDENCIES_INVALID, DEPENDENCIES_INSTALL_FAILED and what else
 * installing throws
 */
export async function providePackages(
  image: PlannedImage,
  options: {
    readonly appDirectory: string
    readonly cacheDirectory: string
    readonly console: Console
  },
): Promise<SandboxPackages | undefined> {
  const { appDirectory, cacheDirectory, console } = options
  const locked = await createLockfiles(options)(image)
  const definition = await settleDefinition(locked)
  for (const note of definition.notes) console.warn(note)
  const { omit } = image.settings
  const direct = [...definition.direct, ...definition.optionalDirect]
  const names = direct.filter((name) => !omit.includes(name))
  if (await hasSame(appDirectory, names, definition)) return undefined
  const { directory, notes, reused } = await installHere(locked, definition, {
    cacheDirectory,
    progress: console.progress,
  })
  if (!reused) console.done(`Packages of ${image.name} are installed for this machine`)
  for (const note of notes) console.warn(note)
  return { directory: await realpath(directory), names }
}

/** An app may have the packages too, for its types or tests. */
async function hasSame(
  appDirectory: string,
  names: readonly string[],
  { lockfile }: Definition,
): Promise<boolean> {
  const same = names.map(async (name) => {
    const locked = lockfile?.packages.filter((one) => one.name === name) ?? []
    const atRoot = locked.find(({ place }) => place === `node_modules/${name}`)
    const version = (atRoot ?? (locked.length === 1 ? locked[0] : undefined))?.version
    const own = await versionIn(join(appDirectory, 'node_modules', name, 'package.json'))
    return own !== undefined && own === version
  })
  return (await Promise.all(same)).every(Boolean)
}
