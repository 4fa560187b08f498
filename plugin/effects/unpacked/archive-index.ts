import { isRecord, isTexts, textOf } from '../../core/basics/is-record.ts'
import type { TakenFile } from './taken-entries.ts'

/** What decides the bytes of an archive, and the modes of its files. */
export interface ArchiveSource {
  readonly integrity: string
  readonly programs: readonly string[]
}

/** What was written of one tarball. */
export interface Archive {
  /** Its name in the folder of the packages; `.tgz` behind it is the tarball, if that is of use. */
  readonly file: string
  readonly sha256: string
  readonly size: number
  /** What decided it; absent in folders that an older version wrote. */
  readonly source?: ArchiveSource
  /** Of the packages that it is. */
  readonly places: readonly string[]
  readonly files: readonly TakenFile[]
}

/** @throws Error for what is no index */
export function parseIndex(text: string): readonly Archive[] {
  const value: unknown = JSON.parse(text)
  if (!Array.isArray(value) || !value.every(isArchive)) throw new Error('no index')
  return value
}

function isArchive(value: unknown): value is Archive {
  if (!isRecord(value)) return false
  const { file, sha256, size, source, places, files } = value
  return (
    /^\d+$/.test(textOf(file) ?? '') &&
    typeof sha256 === 'string' &&
    Number.isSafeInteger(size) &&
    (source === undefined || isSource(source)) &&
    isTexts(places) &&
    Array.isArray(files) &&
    files.every(isFile)
  )
}

function isSource(value: unknown): boolean {
  return isRecord(value) && typeof value['integrity'] === 'string' && isTexts(value['programs'])
}

function isFile(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { path, offset, size, executable, blocks } = value
  const isCount = [offset, size].every(Number.isSafeInteger)
  const isPart = blocks === undefined || isBlocks(blocks)
  return typeof path === 'string' && isCount && isPart && typeof executable === 'boolean'
}

function isBlocks(value: unknown): boolean {
  const places = ['from', 'to', 'startBit', 'endBit']
  return isRecord(value) && places.every((place) => Number.isSafeInteger(value[place]))
}
