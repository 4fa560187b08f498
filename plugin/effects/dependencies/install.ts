import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { cpuOf } from '../../core/natives/locked-packages.ts'
import type { PackageManager } from '../../core/model.ts'
import type { InstalledTree } from '../../core/natives/installed-tree.ts'
import { ContainerImageError } from '../../errors.ts'
import { type Digest, digestOf, hexOf } from '../../oci/digest.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import { markUsed } from '../cache/layer-cache.ts'
import { removeDamaged } from '../cache/remove-damaged.ts'
import { hashFiles } from '../folder/hash-files.ts'
import { temporaryPath } from '../temporary/temporary-path.ts'
import type { Definition } from './definition.ts'
import { copyInputs } from './input-file.ts'
import { readInstalledTree } from './read-installed-tree.ts'
import { findPackageTool } from './package-tool.ts'

/** Lambda's Linux on one of its architectures, or the machine that this runs on. */
export type InstallTarget = LambdaArchitecture | 'this machine'

export interface Installed {
  /** Holds `node_modules`. */
  readonly directory: string
  readonly tree: InstalledTree
  /** What should be said about how it was installed. */
  readonly notes: readonly string[]
  /** It lay in the cache. */
  readonly reused: boolean
}

/** Written last: a folder without it is unfinished. It proves the content of all files. */
const marker = 'complete.json'

/**
 * Installs the packages of an image for its platform into a folder of the cache, or finds them
 * there. Several processes may do so at once; a killed one leaves nothing that counts.
 */
export async function installDependencies(
  definition: Definition,
  options: {
    readonly fingerprint: Digest
    readonly architecture: InstallTarget
    readonly cacheDirectory: string
    readonly environment?: Readonly<Record<string, string | undefined>>
    readonly onStart?: () => void
    /** Told when a registry does not answer and is asked again. */
    readonly onTrouble?: (text: string) => void
  },
): Promise<Installed> {
  const { cacheDirectory, fingerprint } = options
  const directory = join(cacheDirectory, 'installs', hexOf(fingerprint))
  const there = await readComplete(directory, definition)
  if (there !== undefined) return there
  options.onStart?.()
  const { lockfile, image } = definition
  if (lockfile === undefined) {
    throw new ContainerImageError(
      'DEPENDENCIES_INVALID',
      `docker/${image} has no lockfile, so it is not certain what would be installed. ` +
        `Run '${definition.manager} install' there and commit the lockfile.`,
    )
  }
  const temporary = await temporaryPath(cacheDirectory)
  try {
    const notes = await installInto(temporary, definition, lockfile, options)
    const tree = await readInstalledTree(temporary, definition)
    await writeFile(join(temporary, marker), await proofOf(temporary, tree))
    // Whatever is there is unfinished or damaged, or another process has just finished the same.
    await mkdir(join(directory, '..'), { recursive: true })
    const other = await replace(temporary, directory, definition)
    return other ?? { directory, tree, notes, reused: false }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** Whether packages are in the cache, so that nothing has to be fetched to look at them. */
export async function isInstalled(options: {
  readonly cacheDirectory: string
  readonly fingerprint: Digest
}): Promise<boolean> {
  const file = join(options.cacheDirectory, 'installs', hexOf(options.fingerprint), marker)
  return access(file).then(
    () => true,
    () => false,
  )
}

async function installInto(
  folder: string,
  definition: Definition,
  lockfile: { readonly name: string; readonly text: string },
  options: Parameters<typeof installDependencies>[1],
): Promise<string[]> {
  const tool = await findPackageTool(definition.manager, options.environment)
  await writeInputs(folder, definition)
  await writeFile(join(folder, lockfile.name), lockfile.text)
  const args = [
    tool.name === 'npm' ? 'ci' : 'install',
    ...installOptions(tool.name, options.architecture),
  ]
  const { onTrouble } = options
  await tool.run(args, { cwd: folder, image: definition.image, ...(onTrouble && { onTrouble }) })
  await Promise.all(
    [lockfile.name, ...holdTokens].map((path) => rm(join(folder, path), { force: true })),
  )
  return tool.note === undefined ? [] : [tool.note]
}

/** What an install is told, whoever does it. */
export function installOptions(manager: PackageManager, target: InstallTarget): readonly string[] {
  const platform =
    target === 'this machine'
      ? [`--cpu=${process.arch}`, `--os=${process.platform}`]
      : [`--cpu=${cpuOf(target)}`, '--os=linux', '--libc=glibc']
  return [...(manager === 'npm' ? npmInstall : pnpmInstall), ...platform]
}

/** May hold a token, as the lockfile may, and nothing needs them after an install. */
const holdTokens = [
  '.npmrc',
  'node_modules/.package-lock.json',
  'node_modules/.modules.yaml',
  'node_modules/.pnpm/lock.yaml',
]

/** Said in full, so that no `.npmrc` of the user's changes what is installed. */
const npmInstall = [
  '--omit=dev',
  '--include=optional',
  '--include=peer',
  '--ignore-scripts',
  '--install-strategy=hoisted',
  '--bin-links=false',
  '--package-lock=true',
  '--global=false',
  '--dry-run=false',
  '--audit=false',
  '--fund=false',
  '--progress=false',
  // Tells how its requests go.
  '--loglevel=http',
  '--color=false',
]
const pnpmInstall = [
  '--frozen-lockfile',
  '--prod',
  '--ignore-scripts',
  '--config.node-linker=hoisted',
  '--config.optional=true',
  '--config.enable-modules-dir=true',
  '--config.ignore-pnpmfile=false',
  '--reporter=append-only',
]

/** The definition's own files, in a folder that is nobody else's. */
export async function writeInputs(folder: string, definition: Definition): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(join(folder, 'package.json'), JSON.stringify(definition.manifest))
  await copyInputs(definition.inputs, folder)
}

/** Moves a finished folder to its place; another process's finished one is taken instead. */
async function replace(
  temporary: string,
  directory: string,
  definition: Definition,
): Promise<Installed | undefined> {
  for (let attempt = 0; ; attempt++) {
    try {
      await rename(temporary, directory)
      return undefined
    } catch (error) {
      const other = await readComplete(directory, definition)
      if (other !== undefined) return other
      if (attempt > 2) throw error
    }
  }
}

/** A complete install, proven by the content of its files; any other is moved away. */
async function readComplete(
  directory: string,
  definition: Definition,
): Promise<Installed | undefined> {
  const written = await readFile(join(directory, marker), 'utf8').catch(() => undefined)
  const tree =
    written === undefined
      ? undefined
      : await readInstalledTree(directory, definition).catch(() => undefined)
  const proof = tree && (await proofOf(directory, tree).catch(() => undefined))
  if (tree !== undefined && proof === written) {
    await markUsed(directory)
    return { directory, tree, notes: [], reused: true }
  }
  await removeDamaged(directory)
  return undefined
}

/** One digest over names, modes and content of everything that can go into a layer. */
async function proofOf(directory: string, tree: InstalledTree): Promise<string> {
  const files = tree.packages.flatMap((installed) => installed.files)
  const links = tree.packages.flatMap((installed) => installed.links)
  const hashes = await hashFiles(
    files.map(({ path, size }) => ({ file: join(directory, path), size })),
  )
  const named = files.map(({ path, executable }, index) => [path, executable, hashes[index]])
  return JSON.stringify({ content: digestOf(JSON.stringify([named, links])) })
}
