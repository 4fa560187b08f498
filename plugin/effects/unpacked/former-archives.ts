import { linkSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { hashNow } from '../cache/hash-now.ts'
import { type Archive, type ArchiveSource, parseIndex } from './archive-index.ts'
import type { TakenFile } from './taken-entries.ts'

/** Archives that other lockfiles left in the cache, by what they are of. */
export interface FormerArchives {
  /**
   * Brings an archive to another place, where its content is proven and nothing is written twice.
   * @returns undefined when there is none, or none that is whole
   */
  readonly take: (of: ArchiveSource, target: string) => FormerArchive | undefined
}

export type FormerArchive = Pick<Archive, 'sha256' | 'size' | 'files'>

/** @param folders of unpacked packages, complete ones; one that cannot be read has none */
export function readFormerArchives(folders: readonly string[]): FormerArchives {
  const known = new Map<string, { readonly archive: Archive; readonly path: string }>()
  for (const folder of folders) {
    for (const archive of archivesIn(folder))
      if (archive.source !== undefined)
        known.set(nameOf(archive.source), { archive, path: join(folder, archive.file) })
  }
  return {
    take(of, target) {
      const found = known.get(nameOf(of))
      if (found === undefined) return undefined
      const { sha256, size, files } = found.archive
      try {
        linkSync(found.path, target)
        if (hashNow(target) === sha256) {
          const isThere =
            files.some(({ blocks }) => blocks) && link(`${found.path}.tgz`, `${target}.tgz`)
          return { sha256, size, files: isThere ? files : files.map(withoutBlocks) }
        }
      } catch {
        // A file system without links, or a folder that was removed meanwhile.
      }
      rmSync(target, { force: true })
      return undefined
    },
  }
}

/** A tarball is proven where it is used, by what comes of it. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch {
    return false
  }
}

function withoutBlocks({ blocks: _blocks, ...file }: TakenFile): TakenFile {
  return file
}

function archivesIn(folder: string): readonly Archive[] {
  try {
    return parseIndex(readFileSync(join(folder, 'index.json'), 'utf8'))
  } catch {
    return []
  }
}

function nameOf({ integrity, programs }: ArchiveSource): string {
  return JSON.stringify([integrity, ...programs.toSorted()])
}
