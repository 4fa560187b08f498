import { hash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { temporaryPath } from '../temporary/temporary-path.ts'
import { hashNow } from './hash-now.ts'

/** A file of the cache, named by its content. */
export interface KeptFile {
  readonly kind: 'file'
  readonly file: string
  readonly size: number
  /** In hex. */
  readonly sha256: string
}

/** What a kept file is known by. */
export type Content = Pick<KeptFile, 'sha256' | 'size'>

/** Younger marks of use are not renewed. */
const hour = 60 * 60 * 1000

/**
 * Content that nobody needs in memory, in a folder of the user's own. By synchronous calls: there are
 * thousands of small files.
 */
export async function openKeptFiles(cacheDirectory: string) {
  const folder = join(cacheDirectory, 'bundles')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // Whoever asks for one has a process's mark on it; its end removes what is unfinished.
  const unfinished = await temporaryPath(cacheDirectory)
  const place = (sha256: string, size: number): KeptFile => ({
    kind: 'file',
    file: join(folder, sha256),
    size,
    sha256,
  })
  return {
    folder,
    /** @throws when the cache cannot be written */
    keep(bytes: Uint8Array): KeptFile {
      const kept = place(hash('sha256', bytes, 'hex'), bytes.length)
      if (isThere(kept) && isWhole(kept)) return kept
      writeFileSync(unfinished, bytes, { mode: 0o600 })
      renameSync(unfinished, kept.file)
      return kept
    },
    /**
     * The file, if its content is what it was.
     * @param proven false: its size is enough, as whoever reads it proves it
     */
    find({ sha256, size }: Content, proven = true): KeptFile | undefined {
      const kept = place(sha256, size)
      return isThere(kept) && (!proven || isWhole(kept)) ? kept : undefined
    },
  }
}

export type KeptFiles = Awaited<ReturnType<typeof openKeptFiles>>

/** The text of a kept file; nothing when it is gone or is not what it was. */
export function readKept(cacheDirectory: string, sha256: string): string | undefined {
  try {
    const text = readFileSync(join(cacheDirectory, 'bundles', sha256), 'utf8')
    return hash('sha256', text, 'hex') === sha256 ? text : undefined
  } catch {
    return undefined
  }
}

function isThere({ file, size }: KeptFile): boolean {
  const found = statSync(file, { throwIfNoEntry: false })
  if (found?.size !== size) return false
  const now = new Date()
  if (now.getTime() - found.mtimeMs > hour) utimesSync(file, now, now)
  return true
}

/** A name proves nothing: the content is read, which costs little beside making it. */
function isWhole({ file, sha256 }: KeptFile): boolean {
  try {
    return hashNow(file) === sha256
  } catch {
    return false
  }
}
