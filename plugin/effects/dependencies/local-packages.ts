import { lstatSync, realpathSync } from 'node:fs'
import { join, posix } from 'node:path'

import { textsOf } from '../../core/basics/is-record.ts'
import { localPath } from '../../core/dependencies/local-path.ts'
import { missingEntry } from '../../core/dependencies/package-entry.ts'
import type { Problem } from '../../errors.ts'
import { readJson } from '../folder/read-json.ts'
import { isBelow, lookAt } from '../folder/look-at.ts'
import { hashFiles } from '../folder/hash-files.ts'
import type { PassedOver } from '../folder/walk-folder.ts'
import type { InputFile } from './input-file.ts'
import { packedFiles } from './packed-files.ts'
import { withoutCredentials } from './without-credentials.ts'

/** Folders and tarballs that `file:` names, and what they name in turn. */
export interface LocalPackages {
  /** Relative to the image's folder. */
  readonly files: readonly InputFile[]
  /** What of their folders stays out and should be said. */
  readonly leftOut: readonly PassedOver[]
  /** Paths of the packages themselves, relative to the image's folder, posix. */
  readonly paths: ReadonlySet<string>
  readonly problems: readonly Problem[]
}

/**
 * Reads the packages that are in an image's folder, as npm would pack them.
 * @param directory of the image
 * @param wanted what each name asks for
 * @param manifestFile for messages
 */
export async function readLocalPackages(
  directory: string,
  wanted: ReadonlyMap<string, string>,
  manifestFile: string,
): Promise<LocalPackages> {
  const app = realpathSync(join(directory, '..', '..'))
  const files: InputFile[] = []
  const leftOut: PassedOver[] = []
  const paths = new Set<string>()
  const problems: Problem[] = []
  const problem = (message: string): void =>
    void problems.push({ code: 'DEPENDENCIES_INVALID', message })

  /** @param from the folder that names it, relative to the image's */
  const read = async (from: string, name: string, specifier: string, by: string): Promise<void> => {
    const local = localPath(specifier)
    if (local === undefined) return
    const path = local.kind === 'outside' ? '..' : posix.join(from, local.path).replace(/\/$/, '')
    if (path === '.' || path === '..' || path.startsWith('../'))
      return problem(leadsOut(by, name, specifier))
    if (paths.has(path)) return
    paths.add(path)
    const place = join(directory, path)
    const seen = lookAt(place, isLink(place))
    if (seen.kind === 'nothing' || seen.kind === 'fault')
      return problem(`${by}: '${name}' is ${specifier}, which ${seen.reason}. Correct it.`)
    if (!isBelow(app, seen.real)) return problem(leadsOut(by, name, specifier, seen.real))
    if (seen.kind === 'file') {
      const tarball = { path, file: seen.real, size: seen.size, executable: false }
      const [sha256 = ''] = await hashFiles([tarball])
      files.push({ ...tarball, sha256 })
      return
    }
    const manifest = await readJson(join(seen.real, 'package.json'))
    if (manifest === undefined)
      return problem(`${by}: '${name}' is ${specifier}, a folder without a package.json.`)
    const packed = await packedFiles(seen.real, manifest, [app])
    const named = new Set(textsOf(manifest['files']).map((text) => text.replace(/^\.?\//, '')))
    const sorted = await withoutCredentials(packed.files, named)
    for (const fault of packed.faults)
      problem(
        `${join(place, fault.path)} belongs to the package '${name}' and ${fault.reason}. Put a ` +
          "file there, or leave it out by 'files' of the package's own package.json.",
      )
    for (const fault of sorted.faults)
      problem(`${join(place, fault.path)} belongs to the package '${name}' and ${fault.reason}.`)
    const missing = missingEntry(manifest, new Set(sorted.files.map((file) => file.path)))
    if (missing !== undefined)
      problem(
        `${join(place, 'package.json')} names ${missing}, and that is not among the files that npm ` +
          "would pack. Build the package first, and see that 'files' or an ignore file does not " +
          'leave it out.',
      )
    for (const file of sorted.files) files.push({ ...file, path: `${path}/${file.path}` })
    for (const file of sorted.leftOut) leftOut.push({ ...file, path: `${path}/${file.path}` })
    const inner = [...specifiersOf(manifest, ['optionalDependencies', 'dependencies'])]
    for (const [other, text] of inner) await read(path, other, text, join(place, 'package.json'))
  }
  for (const [name, specifier] of wanted) await read('', name, specifier, manifestFile)
  return { files, leftOut, paths, problems }
}

function isLink(place: string): boolean {
  return lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

/** What each name asks for, over some fields of dependencies. */
export function specifiersOf(
  manifest: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Map<string, string> {
  const found = new Map<string, string>()
  for (const field of fields)
    for (const [name, text] of Object.entries(Object(manifest[field])))
      found.set(name, String(text))
  return found
}

function leadsOut(by: string, name: string, specifier: string, real?: string): string {
  const where = real === undefined ? 'outside of that folder' : `to ${real}, outside of the app`
  return (
    `${by}: '${name}' is ${specifier}, which leads ${where}. Packages are installed in a folder of ` +
    "their own: put a tarball ('npm pack') or a copy beside package.json and name it with " +
    "'file:./...', or bundle it instead."
  )
}
