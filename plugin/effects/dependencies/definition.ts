import { readFile, stat } from 'node:fs/promises'
import { basename, isAbsolute, join, relative, resolve } from 'node:path'

import { isRecord } from '../../core/basics/is-record.ts'
import type { PlannedImage } from '../../core/model.ts'
import { ContainerImageError, type Problem } from '../../errors.ts'

/** What `docker/<image>/` says about its packages, as far as it decides the install. */
export interface Definition {
  readonly image: string
  readonly directory: string
  readonly manager: 'npm' | 'pnpm'
  /** The fields of package.json that decide the install, in one order. */
  readonly manifest: Readonly<Record<string, unknown>>
  /** Names under `dependencies`, then those under `optionalDependencies`. */
  readonly direct: readonly string[]
  readonly optionalDirect: readonly string[]
  /** Names under any field, `devDependencies` too: whether there is anything to lock. */
  readonly empty: boolean
  readonly lockfile?: { readonly name: string; readonly text: string }
  /** Files and folders to have beside package.json: `.npmrc`, `file:` packages, pnpm's own. */
  readonly companions: readonly string[]
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
const pnpmCompanions = ['pnpm-workspace.yaml', '.pnpmfile.cjs', 'patches']

/**
 * Reads and judges the folder of an image; needs no network.
 * @throws ContainerImageError DEPENDENCIES_INVALID, with all mistakes at once
 */
export async function readDefinition(image: PlannedImage): Promise<Definition> {
  const { definition } = image
  if (definition.kind !== 'package') throw new TypeError(`${image.name} is built from a Dockerfile`)
  const { directory, packageManager: manager } = definition
  const file = join(directory, 'package.json')
  const all = parseManifest(await readFile(file, 'utf8'), file)
  const manifest = Object.fromEntries(
    fields.flatMap((field) => (all[field] === undefined ? [] : [[field, all[field]]])),
  )
  const problems: Problem[] = []
  const local = [...specifiers(manifest)].flatMap(([name, specifier]) => {
    const path = localPath(specifier)
    if (path === undefined) return []
    const inside = path !== false && isInside(directory, resolve(directory, path))
    if (inside) return [path]
    problems.push(localProblem(file, name, specifier))
    return []
  })
  if (problems.length > 0) throw collected(problems)
  const offered = ['.npmrc', ...(manager === 'pnpm' ? pnpmCompanions : []), ...local]
  const companions = await Promise.all(
    offered.map(async (path) => ((await exists(join(directory, path))) ? [path] : [])),
  )
  return {
    image: image.name,
    directory,
    manager,
    manifest,
    direct: namesOf(manifest['dependencies']),
    optionalDirect: namesOf(manifest['optionalDependencies']),
    empty: specifiers(manifest).size === 0,
    ...(definition.lockfile === undefined
      ? {}
      : { lockfile: await readLockfile(definition.lockfile) }),
    companions: [...new Set(companions.flat())].toSorted(),
  }
}

function parseManifest(text: string, file: string): Record<string, unknown> {
  try {
    const manifest: unknown = JSON.parse(text)
    if (isRecord(manifest)) return manifest
  } catch (cause) {
    throw new ContainerImageError('DEPENDENCIES_INVALID', `${file} is not JSON. Correct it.`, {
      cause,
    })
  }
  throw new ContainerImageError('DEPENDENCIES_INVALID', `${file} is not a JSON object. Correct it.`)
}

async function readLockfile(file: string): Promise<{ name: string; text: string }> {
  // A checkout on Windows may have changed the line ends, which say nothing.
  const text = (await readFile(file, 'utf8')).replaceAll('\r\n', '\n')
  if (file.endsWith('.json')) parseManifest(text, file)
  return { name: basename(file), text }
}

/** What each name asks for, over all fields of dependencies. */
function specifiers(manifest: Readonly<Record<string, unknown>>): Map<string, string> {
  const found = new Map<string, string>()
  for (const field of ['devDependencies', 'optionalDependencies', 'dependencies']) {
    const entries = manifest[field]
    if (!isRecord(entries)) continue
    for (const [name, specifier] of Object.entries(entries)) found.set(name, String(specifier))
  }
  return found
}

/** The path of a `file:` package; `false` for kinds that no folder of its own can hold. */
function localPath(specifier: string): string | false | undefined {
  if (/^(?:link|workspace|portal):/.test(specifier)) return false
  if (specifier.startsWith('file:')) return specifier.slice('file:'.length)
  return /^\.{0,2}\//.test(specifier) ? specifier : undefined
}

function isInside(directory: string, path: string): boolean {
  const inner = relative(directory, path)
  return inner !== '' && !inner.startsWith('..') && !isAbsolute(inner)
}

function localProblem(file: string, name: string, specifier: string): Problem {
  return {
    code: 'DEPENDENCIES_INVALID',
    message:
      `${file}: '${name}' is ${specifier}, which lies outside of that folder. Packages are ` +
      "installed in a folder of their own: put a tarball ('npm pack') or a copy beside " +
      `package.json and name it with 'file:./...', or bundle it instead.`,
  }
}

function collected(problems: readonly Problem[]): ContainerImageError {
  const message = problems.map((problem) => problem.message).join('\n')
  return new ContainerImageError('DEPENDENCIES_INVALID', message)
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function namesOf(field: unknown): string[] {
  return isRecord(field) ? Object.keys(field).toSorted() : []
}
