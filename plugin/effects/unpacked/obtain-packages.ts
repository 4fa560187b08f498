import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { isRecord } from '../../core/basics/is-record.ts'
import type { LockedPackage } from '../../core/natives/locked-packages.ts'
import { hexOf } from '../../oci/digest.ts'
import { markUsed } from '../cache/layer-cache.ts'
import { removeDamaged } from '../cache/remove-damaged.ts'
import {
  installDependencies,
  installOptions,
  isInstalled as isInstalledByNpm,
  writeInputs,
} from '../dependencies/install.ts'
import type { Definition, Lockfile } from '../dependencies/definition.ts'
import { temporaryPath } from '../temporary/temporary-path.ts'
import { partIn, readUnpacked, type Unpacked } from './read-unpacked.ts'
import type { ObtainedPackages } from './obtained-packages.ts'
import { provenPackages, rememberProven, stateOf } from './proven-packages.ts'
import { unpackPackages } from './unpack-packages.ts'

export type ObtainOptions = Parameters<typeof installDependencies>[1] & {
  /** What does not go into the layer, as a plain lockfile says. */
  readonly passedOver: readonly LockedPackage[]
}

/** Written last: a folder without it is unfinished. */
const marker = 'complete.json'
const unpacked = '-unpacked'

/**
 * The packages of an image, from the cache or from their registries: where that says everything,
 * straight from the lockfile, without those that are passed over; else as npm or pnpm install them.
 * @throws ContainerImageError what installing throws
 */
export async function obtainPackages(
  definition: Definition,
  options: ObtainOptions,
): Promise<ObtainedPackages> {
  const folder = folderOf(options)
  const there = (await provenPackages(folder)) ?? (await readComplete(folder, definition))
  if (there !== undefined) return there
  if (isPlain(definition) && !(await isInstalledByNpm(options))) {
    options.onStart?.()
    const made = await unpackInto(definition, definition.lockfile, options)
    if (made !== undefined) return made
  }
  const { directory, tree, notes, reused } = await installDependencies(definition, options)
  return {
    tree,
    notes,
    reused,
    sourceOf: ({ path, size }) => ({ kind: 'file', file: join(directory, path), size }),
  }
}

/** Whether packages are in the cache, so that nothing has to be fetched to look at them. */
export async function areObtained(
  options: Pick<ObtainOptions, 'cacheDirectory' | 'fingerprint'>,
): Promise<boolean> {
  const isUnpacked = await access(join(folderOf(options), marker)).then(
    () => true,
    () => false,
  )
  return isUnpacked || isInstalledByNpm(options)
}

function folderOf({
  cacheDirectory,
  fingerprint,
}: Pick<ObtainOptions, 'cacheDirectory' | 'fingerprint'>): string {
  return join(cacheDirectory, 'installs', hexOf(fingerprint) + unpacked)
}

/** Whether an npm lockfile says all, and names nothing but tarballs. */
export function isPlain(
  definition: Definition,
): definition is Definition & { readonly lockfile: Lockfile } {
  const { manager, lockfile, inputs } = definition
  if (manager !== 'npm' || lockfile === undefined) return false
  const lock: unknown = JSON.parse(lockfile.text)
  const isKnown = isRecord(lock) && [2, 3].includes(Number(lock['lockfileVersion']))
  return (
    isKnown &&
    inputs.every(({ path }) => path === '.npmrc') &&
    lockfile.packages.every(({ source }) => source.kind === 'tarball' || source.kind === 'bundled')
  )
}

async function unpackInto(
  definition: Definition,
  lockfile: Lockfile,
  options: ObtainOptions,
): Promise<ObtainedPackages | undefined> {
  const { cacheDirectory, architecture, environment, onTrouble } = options
  const folder = await temporaryPath(cacheDirectory)
  const out = await temporaryPath(cacheDirectory)
  try {
    await writeInputs(folder, definition)
    await writeFile(join(folder, lockfile.name), lockfile.text)
    const isDone = await unpackPackages(folder, out, {
      image: definition.image,
      args: installOptions('npm', architecture),
      passedOver: options.passedOver.map(({ place }) => place),
      former: await completeFolders(cacheDirectory),
      ...(environment && { environment }),
      ...(onTrouble && { onTrouble }),
    })
    if (!isDone) return undefined
    const made = await readUnpacked(out, definition, 'just written')
    await writeFile(join(out, marker), JSON.stringify({ content: made.content }))
    const directory = folderOf(options)
    await mkdir(join(directory, '..'), { recursive: true })
    const isOurs = await rename(out, directory).then(
      () => true,
      () => false,
    )
    if (isOurs) return obtained(made, directory, await stateOf(directory), false)
    // Another process has made the same meanwhile.
    return await readComplete(directory, definition)
  } finally {
    await Promise.all([folder, out].map((path) => rm(path, { recursive: true, force: true })))
  }
}

/** All that is unpacked, whatever it is of: the same tarball need not be unpacked again. */
async function completeFolders(cacheDirectory: string): Promise<readonly string[]> {
  const installs = join(cacheDirectory, 'installs')
  const names = await readdir(installs).catch(() => [])
  return names.filter((name) => name.endsWith(unpacked)).map((name) => join(installs, name))
}

/** Complete packages, proven by the content of their files; any other are moved away. */
async function readComplete(
  directory: string,
  definition: Definition,
): Promise<ObtainedPackages | undefined> {
  const written = await readFile(join(directory, marker), 'utf8').catch(() => undefined)
  const state = await stateOf(directory)
  const found =
    written === undefined
      ? undefined
      : await readUnpacked(directory, definition, 'proven').catch(() => undefined)
  if (found !== undefined && JSON.stringify({ content: found.content }) === written) {
    await markUsed(directory)
    return obtained(found, directory, state, true)
  }
  await removeDamaged(directory)
  return undefined
}

function obtained(
  { tree, parts }: Unpacked,
  directory: string,
  state: string,
  reused: boolean,
): ObtainedPackages {
  const packages: ObtainedPackages = {
    tree,
    notes: [],
    reused,
    sourceOf({ path }) {
      const part = parts.get(path)
      if (part === undefined) throw new TypeError(`${path} is in no package`)
      return partIn(directory, part)
    },
  }
  rememberProven(directory, state, packages)
  return packages
}
