import { join } from 'node:path'

import { type ArchivedEntry, parseArchivedEntries } from '../../core/image/archived-entry.ts'
import { type Digest, hexOf } from '../../oci/digest.ts'
import { readRecord, writeRecord } from '../cache/layer-cache.ts'

/** What a layer holds, if it was read, or written, here before: a digest never holds anything else. */
export async function knownEntries(
  cacheDirectory: string,
  digest: Digest,
): Promise<readonly ArchivedEntry[] | undefined> {
  return parseArchivedEntries(await readRecord(fileOf(cacheDirectory, digest)))
}

export async function rememberEntries(
  cacheDirectory: string,
  digest: Digest,
  entries: readonly ArchivedEntry[],
): Promise<void> {
  await writeRecord(cacheDirectory, fileOf(cacheDirectory, digest), entries)
}

/** Earlier records, in `contents`, have no sizes. */
function fileOf(cacheDirectory: string, digest: Digest): string {
  return join(cacheDirectory, 'entries', `${hexOf(digest)}.json`)
}
