import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type Digest, digestOf, hexOf } from '../../oci/digest.ts'

/** Small content by digest; what is damaged or cannot be written counts as absent. */
export interface DigestCache {
  read(digest: Digest): Promise<Uint8Array | undefined>
  write(digest: Digest, bytes: Uint8Array): Promise<void>
}

/** Safe to delete, and to share between runs: a name is its content, written aside and renamed. */
export function openDigestCache(directory: string | undefined): DigestCache {
  if (directory === undefined) return { read: async () => undefined, write: async () => {} }
  const folder = join(directory, 'sha256')
  const fileOf = (digest: Digest): string => join(folder, hexOf(digest))
  return {
    read: async (digest) => {
      try {
        const bytes = await readFile(fileOf(digest))
        return digestOf(bytes) === digest ? bytes : undefined
      } catch {
        return undefined
      }
    },
    write: async (digest, bytes) => {
      const temporary = join(folder, `.${randomUUID()}`)
      try {
        await mkdir(folder, { recursive: true })
        await writeFile(temporary, bytes)
        await rename(temporary, fileOf(digest))
      } catch {
        // A cache that cannot be written is only slower.
        await rm(temporary, { force: true }).catch(() => {})
      }
    },
  }
}
