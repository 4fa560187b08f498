import { join } from 'node:path'

import { recordOf, textOf } from '../../core/basics/is-record.ts'
import { type Digest, hexOf } from '../../oci/digest.ts'
import { readRecord, writeRecord } from './layer-cache.ts'

function fileOf(cacheDirectory: string, image: Digest): string {
  return join(cacheDirectory, 'maps', `${hexOf(image)}.json`)
}

/** Keeps the source maps of an image, which does not have them itself, for those who read its logs. */
export async function keepSourceMaps(
  cacheDirectory: string,
  image: Digest,
  maps: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<void> {
  if (maps.size === 0) return
  const texts = [...maps].map(([path, bytes]) => [path, Buffer.from(bytes).toString()])
  await writeRecord(cacheDirectory, fileOf(cacheDirectory, image), Object.fromEntries(texts))
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
    Object.entries(record).flatMap(([path, text]) => {
      const map = textOf(text)
      return map === undefined ? [] : [[path, map] as const]
    }),
  )
}
