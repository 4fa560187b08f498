import { join } from 'node:path'

import { textsOf } from '../../core/basics/is-record.ts'
import { type Digest, hexOf } from '../../oci/digest.ts'
import { readRecord, writeRecord } from '../cache/layer-cache.ts'

/** Which images this machine has made itself, or proven, under which tags: neither ever changes. */
export function openProofs(cacheDirectory: string) {
  const fileOf = (digest: Digest): string => join(cacheDirectory, 'proofs', `${hexOf(digest)}.json`)
  return {
    has: async (digest: Digest, tag: string): Promise<boolean> =>
      textsOf(await readRecord(fileOf(digest))).includes(tag),
    add: async (digest: Digest, tag: string): Promise<void> => {
      const before = textsOf(await readRecord(fileOf(digest)))
      await writeRecord(cacheDirectory, fileOf(digest), [...new Set([...before, tag])])
    },
  }
}
