import { join } from 'node:path'

import { recordOf, textOf } from '../../core/basics/is-record.ts'
import { type Digest, hexOf } from '../../oci/digest.ts'
import type { ImageFile } from '../../ports/bundle.ts'
import { openKeptFiles, readKept } from './kept-files.ts'
import { readRecord, writeRecord } from './layer-cache.ts'

function fileOf(cacheDirectory: string, image: Digest): string {
  return join(cacheDirectory, 'maps', `${hexOf(image)}.json`)
}

/**
 * Keeps the source maps of an image, which does not have them itself, for those who read its logs: a
 * list of files of the cache, as all of them would be too much for one text.
 */
export async function keepSourceMaps(
  cacheDirectory: string,
  image: Digest,
  maps: ReadonlyMap<string, ImageFile['source']> = new Map(),
): Promise<void> {
  if (maps.size === 0) return
  const file = fileOf(cacheDirectory, image)
  if (Object.keys(recordOf(await readRecord(file))).length === maps.size) return
  const kept = await openKeptFiles(cacheDirectory)
  const files = [...maps].map(([path, map]) => {
    const { sha256 = '' } = map.kind === 'bytes' ? kept.keep(map.bytes) : map
    return [path, sha256] as const
  })
  await writeRecord(cacheDirectory, file, Object.fromEntries(files))
}

/**
 * The source maps of an image, by the path of what they are of (`var/task/...`); none of an image
 * that this machine has neither made nor checked.
 */
export async function readSourceMaps(
  cacheDirectory: string,
  image: Digest,
): Promise<ReadonlyMap<string, string>> {
  const record = recordOf(await readRecord(fileOf(cacheDirectory, image)))
  return new Map(
    Object.entries(record).flatMap(([path, sha256]) => {
      const map = readKept(cacheDirectory, textOf(sha256) ?? '')
      return map === undefined ? [] : [[path, map] as const]
    }),
  )
}
