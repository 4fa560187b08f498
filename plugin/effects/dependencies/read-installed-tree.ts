import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'

import pLimit from 'p-limit'

import { recordOf } from '../../core/basics/is-record.ts'
import { mayBeNative } from '../../core/natives/binary.ts'
import { describePackage } from '../../core/natives/describe-package.ts'
import type {
  InstalledFile,
  InstalledLink,
  InstalledPackage,
  InstalledTree,
} from '../../core/natives/installed-tree.ts'
import { ownFolders } from '../../core/natives/package-folders.ts'
import { ContainerImageError } from '../../errors.ts'
import { isBelow } from '../folder/look-at.ts'
import { readBinary } from '../folder/read-binary.ts'

/** How many files may be open at once: some systems allow only 256. */
const openFiles = pLimit(32)

interface Draft {
  readonly path: string
  readonly files: InstalledFile[]
  readonly links: InstalledLink[]
}

/**
 * Every package under `node_modules`, in one walk that opens only package.json and native files.
 * @throws ContainerImageError DEPENDENCIES_INVALID when something there leads out of the folder
 */
export async function readInstalledTree(
  directory: string,
  { direct, optionalDirect }: Pick<InstalledTree, 'direct' | 'optionalDirect'>,
): Promise<InstalledTree> {
  const drafts: Draft[] = []
  await readModules(directory, 'node_modules', drafts)
  const packages = await Promise.all(drafts.map((draft) => readPackage(directory, draft)))
  packages.sort((a, b) => (a.path < b.path ? -1 : 1))
  return { packages, direct, optionalDirect }
}

/**
 * A `node_modules` folder; a name with a dot may be generated code (`.prisma`).
 * @param owner the package that it is in, which has the files beside the folders
 */
async function readModules(
  root: string,
  path: string,
  drafts: Draft[],
  owner?: Draft,
): Promise<void> {
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => [])
  await Promise.all(
    entries.map(async (entry) => {
      const inner = `${path}/${entry.name}`
      if (ownFolders.has(entry.name)) return
      if (entry.isDirectory() && entry.name.startsWith('@'))
        return readModules(root, inner, drafts, owner)
      if (entry.isFile()) owner?.files.push(await readFacts(join(root, inner), inner))
      if (!entry.isDirectory() && !entry.isSymbolicLink()) return
      if (entry.isSymbolicLink()) await requireInside(root, inner)
      const draft: Draft = { path: inner, files: [], links: [] }
      drafts.push(draft)
      // A package that is a link (`file:` to a folder) is written as what it leads to.
      return readFolder(root, inner, draft, drafts)
    }),
  )
}

async function readFolder(
  root: string,
  path: string,
  draft: Draft,
  drafts: Draft[],
): Promise<void> {
  const entries = await readdir(join(root, path), { withFileTypes: true })
  await Promise.all(
    entries.map(async (entry) => {
      const inner = `${path}/${entry.name}`
      if (entry.isDirectory()) {
        return entry.name === 'node_modules'
          ? readModules(root, inner, drafts, draft)
          : readFolder(root, inner, draft, drafts)
      }
      if (entry.isSymbolicLink()) {
        await requireInside(root, inner)
        draft.links.push({ path: inner, target: await readlink(join(root, inner)) })
      } else if (entry.isFile()) {
        draft.files.push(await readFacts(join(root, inner), inner))
      }
    }),
  )
}

/** What is elsewhere on this machine was never meant for an image. */
async function requireInside(root: string, path: string): Promise<void> {
  const [folder, real] = await Promise.all([realpath(root), realpath(join(root, path))]).catch(
    () => [root, 'nothing'],
  )
  if (isBelow(folder, real)) return
  throw new ContainerImageError(
    'DEPENDENCIES_INVALID',
    `${path} of the installed packages leads to ${real}, outside of them. Find out which package ` +
      'brings it in, and choose another version or leave it out.',
  )
}

async function readFacts(file: string, path: string): Promise<InstalledFile> {
  const { size, mode } = await lstat(file)
  const executable = (mode & 0o111) !== 0
  const binary = mayBeNative(path, executable) ? await openFiles(() => readBinary(file)) : undefined
  return { path, size, executable, ...(binary !== undefined && { binary }) }
}

async function readPackage(root: string, draft: Draft): Promise<InstalledPackage> {
  const file = join(root, draft.path, 'package.json')
  return describePackage({ ...draft, manifest: await openFiles(() => readManifest(file)) })
}

async function readManifest(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const manifest: unknown = JSON.parse(await readFile(file, 'utf8'))
    return recordOf(manifest)
  } catch {
    return {}
  }
}
