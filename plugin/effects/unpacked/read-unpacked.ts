import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { recordOf } from '../../core/basics/is-record.ts'
import { mayBeNative } from '../../core/natives/binary.ts'
import { describePackage } from '../../core/natives/describe-package.ts'
import type { InstalledFile, InstalledTree } from '../../core/natives/installed-tree.ts'
import { packageFolders } from '../../core/natives/package-folders.ts'
import { digestOf } from '../../oci/digest.ts'
import { readBinary } from '../folder/read-binary.ts'
import type { PackedFile } from '../layer/layer-entry.ts'
import { readSource } from '../layer/read-source.ts'
import { hashFiles } from '../folder/hash-files.ts'
import { type Archive, parseIndex } from './archive-index.ts'
import type { WholeBlocks } from './whole-blocks.ts'

/** Where a file's content is among that of others. */
export type FilePart = PackedFile['source']

/** The same in a folder that may still move. */
type StoredPart = Pick<FilePart, 'offset' | 'size'> & {
  /** Name of its archive in the folder; its tarball has `.tgz` behind it. */
  readonly archive: string
  readonly blocks?: WholeBlocks
}

/** Packages as a folder of the cache has them. */
export interface Unpacked {
  readonly tree: InstalledTree
  /** By path. */
  readonly parts: ReadonlyMap<string, StoredPart>
  /** A digest over names, modes and content of everything. */
  readonly content: string
}

/**
 * Reads what was unpacked: package.json files and the heads of native ones.
 * @param content whether all of it is read and proven, or was just written
 * @throws whatever reading throws, when it is not whole
 */
export async function readUnpacked(
  directory: string,
  { direct, optionalDirect }: Pick<InstalledTree, 'direct' | 'optionalDirect'>,
  content: 'proven' | 'just written',
): Promise<Unpacked> {
  const index = await readFile(join(directory, 'index.json'), 'utf8')
  const archives = parseIndex(index)
  if (content === 'proven') await prove(directory, archives)
  const parts = new Map<string, StoredPart>()
  const drafts = new Map<string, InstalledFile[]>()
  for (const { file, places, files } of archives) {
    for (const one of files) {
      const { offset, size, executable, blocks } = one
      const part = { archive: file, offset, size, ...(blocks && { blocks }) }
      const mayBe = places.some((place) => mayBeNative(`${place}/${one.path}`, executable))
      const binary = mayBe ? await readBinary(join(directory, file), part) : undefined
      for (const place of places) {
        const path = `${place}/${one.path}`
        const folders = packageFolders(path)
        for (const folder of folders) if (!drafts.has(folder)) drafts.set(folder, [])
        const owner = folders.at(-1)
        if (owner === undefined) continue
        parts.set(path, part)
        drafts.get(owner)?.push({ path, size, executable, ...(binary && { binary }) })
      }
    }
  }
  const packages = [...drafts].map(([path, files]) => {
    const part = parts.get(`${path}/package.json`)
    const manifest = part === undefined ? {} : manifestOf(partIn(directory, part))
    return describePackage({ path, files, links: [], manifest })
  })
  packages.sort((a, b) => (a.path < b.path ? -1 : 1))
  return { tree: { packages, direct, optionalDirect }, parts, content: digestOf(index) }
}

/** Where a part is when its folder is at this place. */
export function partIn(directory: string, { archive, offset, size, blocks }: StoredPart): FilePart {
  const file = join(directory, archive)
  const compressed = blocks && { file: `${file}.tgz`, ...blocks }
  return { kind: 'part', file, offset, size, ...(compressed && { compressed }) }
}

async function prove(directory: string, archives: readonly Archive[]): Promise<void> {
  const files = archives.map(({ file, size }) => ({ file: join(directory, file), size }))
  const hashes = await hashFiles(files)
  if (archives.some(({ sha256 }, at) => sha256 !== hashes[at]))
    throw new Error(`${directory} is damaged`)
}

function manifestOf(part: FilePart): Readonly<Record<string, unknown>> {
  try {
    return recordOf(JSON.parse(Buffer.from(readSource(part)).toString()))
  } catch {
    return {}
  }
}
