import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { isRecord } from '../../core/basics/is-record.ts'
import { parseJson, withoutMark } from '../../core/basics/parse-json.ts'
import { localPath } from '../../core/dependencies/local-path.ts'
import type { LockedPackage } from '../../core/natives/locked-packages.ts'
import { parseNpmLockfile } from '../../core/dependencies/parse-npm-lockfile.ts'
import type { PackageManager, PlannedImage } from '../../core/model.ts'
import { ContainerImageError, type Problem } from '../../errors.ts'
import { hashFiles } from '../folder/hash-files.ts'
import { lookAt } from '../folder/look-at.ts'
import { walkFolder, type FoundFile, type PassedOver } from '../folder/walk-folder.ts'
import type { InputFile } from './input-file.ts'
import { readLocalPackages, specifiersOf } from './local-packages.ts'

/** What `docker/<image>/` says about its packages, as far as it decides the install. */
export interface Definition {
  readonly image: string
  readonly directory: string
  readonly manager: PackageManager
  /** package.json as it was read. */
  readonly text: string
  /** The fields of package.json that decide the install, in one order. */
  readonly manifest: Readonly<Record<string, unknown>>
  /** Names under `dependencies`, then those under `optionalDependencies`. */
  readonly direct: readonly string[]
  readonly optionalDirect: readonly string[]
  /** Names under any field, `devDependencies` too: whether there is anything to lock. */
  readonly empty: boolean
  readonly lockfile?: Lockfile
  /** Files to have beside package.json: `.npmrc`, `file:` packages, pnpm's own. */
  readonly inputs: readonly InputFile[]
  /** Files of `file:` packages that stay out and should be said. */
  readonly leftOut: readonly PassedOver[]
  /** Paths of `file:` packages, relative to the folder. */
  readonly localPaths: ReadonlySet<string>
}

export interface Lockfile {
  readonly name: string
  readonly text: string
  readonly packages: readonly LockedPackage[]
}

const fields = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'dependenciesMeta',
  'bundleDependencies',
  'bundledDependencies',
  'overrides',
  'resolutions',
  'pnpm',
]
const named = ['devDependencies', 'optionalDependencies', 'dependencies']
const pnpmCompanions = ['pnpm-workspace.yaml', '.pnpmfile.cjs', 'patches']

/**
 * Reads and judges the folder of an image, each file once; needs no network.
 * @throws ContainerImageError DEPENDENCIES_INVALID, with all mistakes at once; FILES_UNFIT,
 * FILE_CHANGED
 */
export async function readDefinition(image: PlannedImage): Promise<Definition> {
  const { definition } = image
  if (definition.kind !== 'package') throw new TypeError(`${image.name} is built from a Dockerfile`)
  const { directory, packageManager: manager } = definition
  const file = join(directory, 'package.json')
  const text = withoutMark(await readFile(file, 'utf8'))
  const all = parseObject(text, file)
  const manifest = Object.fromEntries(
    fields.flatMap((field) => (all[field] === undefined ? [] : [[field, all[field]]])),
  )
  const wanted = specifiersOf(manifest, named)
  const local = await readLocalPackages(directory, wanted, file)
  const lockfile =
    definition.lockfile === undefined ? undefined : await readLockfile(definition.lockfile, manager)
  throwInvalid([...workspaceProblems(all, file), ...local.problems])
  const companions = await readCompanions(directory, manager)
  const hashes = await hashFiles(companions)
  const own = companions.map((found, index) => ({ ...found, sha256: hashes[index] ?? '' }))
  return {
    image: image.name,
    directory,
    manager,
    text,
    manifest,
    direct: namesOf(manifest['dependencies']),
    optionalDirect: namesOf(manifest['optionalDependencies']),
    empty: wanted.size === 0,
    ...(lockfile !== undefined && { lockfile }),
    inputs: [...own, ...local.files].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    leftOut: local.leftOut,
    localPaths: local.paths,
  }
}

/** @throws ContainerImageError DEPENDENCIES_INVALID, unless there is no problem */
export function throwInvalid(problems: readonly Problem[]): void {
  if (problems.length === 0) return
  const message = problems.map((problem) => problem.message).join('\n')
  throw new ContainerImageError('DEPENDENCIES_INVALID', message)
}

/** What package.json asks for in words that are no version and no place in the folder. */
export function meantElsewhere(manifest: Readonly<Record<string, unknown>>): readonly string[] {
  const texts = [...specifiersOf(manifest, named).values(), ...textsIn(manifest['overrides'])]
  return texts.filter((text) => /[:/]/.test(text) && localPath(text) === undefined)
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return isRecord(value) ? Object.values(value).flatMap(textsIn) : []
}

/**
 * A lockfile as it is to be used.
 * @throws ContainerImageError DEPENDENCIES_INVALID
 */
export async function parseLockfile(
  file: string,
  text: string,
  manager: PackageManager,
): Promise<Lockfile> {
  // A checkout on Windows may have changed the line ends, which say nothing.
  const plain = withoutMark(text).replaceAll('\r\n', '\n')
  const name = basename(file)
  if (manager === 'npm') {
    parseObject(plain, file)
    return { name, text: plain, packages: parseNpmLockfile(plain) }
  }
  const { parsePnpmLockfile } = await import('../../core/dependencies/parse-pnpm-lockfile.ts')
  try {
    return { name, text: plain, packages: parsePnpmLockfile(plain) }
  } catch (cause) {
    const seen = cause instanceof Error ? cause.message : String(cause)
    throw new ContainerImageError('DEPENDENCIES_INVALID', `${file} is not YAML: ${seen}`, { cause })
  }
}

async function readLockfile(file: string, manager: PackageManager): Promise<Lockfile> {
  return parseLockfile(file, await readFile(file, 'utf8'), manager)
}

function parseObject(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    const manifest = parseJson(text)
    if (isRecord(manifest)) return manifest
  } catch (cause) {
    const seen = cause instanceof Error ? cause.message : String(cause)
    throw new ContainerImageError(
      'DEPENDENCIES_INVALID',
      `${file} is not JSON: ${seen}. Correct it.`,
      { cause },
    )
  }
  throw new ContainerImageError('DEPENDENCIES_INVALID', `${file} is not a JSON object. Correct it.`)
}

/** Beside package.json npm would link them; in a folder of its own it asks a registry for them. */
function workspaceProblems(
  manifest: Readonly<Record<string, unknown>>,
  file: string,
): readonly Problem[] {
  const { workspaces } = manifest
  if (workspaces === undefined) return []
  const message =
    `${file} has "workspaces" (${JSON.stringify(workspaces)}), which an image's folder cannot ` +
    "have: name each of its packages under dependencies, as 'file:./packages/a', and remove the " +
    'field.'
  return [{ code: 'DEPENDENCIES_INVALID', message }]
}

/** What npm and pnpm themselves read there. */
async function readCompanions(
  directory: string,
  manager: PackageManager,
): Promise<readonly FoundFile[]> {
  const names = ['.npmrc', ...(manager === 'pnpm' ? pnpmCompanions : [])]
  const found = await Promise.all(
    names.map(async (path): Promise<readonly FoundFile[]> => {
      const place = join(directory, path)
      if (!existsSync(place)) return []
      const seen = lookAt(place, true)
      if (seen.kind === 'file')
        return [{ path, file: seen.real, size: seen.size, executable: false }]
      const { files } = await walkFolder(place, { within: [directory] })
      return files.map((inner) => ({ ...inner, path: `${path}/${inner.path}` }))
    }),
  )
  return found.flat()
}

function namesOf(field: unknown): string[] {
  return isRecord(field) ? Object.keys(field).toSorted() : []
}
