import { hash } from 'node:crypto'

import { ownerOf } from '../../core/dependencies/group-packages.ts'
import type { LockedPackage } from '../../core/natives/locked-packages.ts'
import { type Digest, digestOf } from '../../oci/digest.ts'
import { hashFile } from '../folder/hash-files.ts'
import type { LayerEntry } from '../layer/layer-entry.ts'
import { readSource } from '../layer/read-source.ts'

/** Raised when the same entries would make another layer than before. */
const formatVersion = 1

/**
 * Digest over everything that decides the bytes of a layer of packages: paths, modes, targets of
 * links, and content. What is unpacked from a tarball is known by the tarball's integrity, which
 * npm has proven, and not read; all else by its own bytes.
 * @param locked of npm's lockfile, which names packages by their places
 */
export async function groupKey(
  entries: readonly LayerEntry[],
  locked: readonly LockedPackage[],
): Promise<Digest> {
  const integrities = new Map(locked.map(({ place, source }) => [place, integrityOf(source)]))
  const lines: string[] = []
  for (const entry of entries) {
    const { path, source } = entry
    const integrity = source.kind === 'bytes' ? undefined : integrities.get(ownerOf(path))
    const line =
      source.kind === 'symlink'
        ? ['link', path, source.target]
        : [fileKind(entry), path, integrity ?? (await contentOf(source))]
    lines.push(JSON.stringify(line))
  }
  return digestOf([`package layer ${formatVersion}`, ...lines.toSorted()].join('\n'))
}

/** Only of what nobody can make another tarball for. */
function integrityOf(source: LockedPackage['source']): string | undefined {
  const integrity = source.kind === 'tarball' ? (source.integrity ?? '') : ''
  return /^sha512-[\w+/]+=*$/.test(integrity) ? integrity : undefined
}

function fileKind(entry: LayerEntry): string {
  return 'executable' in entry && entry.executable ? 'program' : 'file'
}

async function contentOf(
  source: Exclude<LayerEntry['source'], { readonly kind: 'symlink' }>,
): Promise<string> {
  if (source.kind !== 'file') return hash('sha256', readSource(source), 'hex')
  return (await hashFile(source.file, source.size)).sha256
}
