import { join } from 'node:path'

import { digestOf, hexOf } from '../../oci/digest.ts'
import { stableJson } from '../../oci/stable-json.ts'
import { readRecord, writeRecord } from '../cache/layer-cache.ts'

/** Goes up when a start proves something else than before. */
const version = 1

/** What was started here and came up. Failures are not remembered: they are looked at again. */
export function provenStarts(cacheDirectory: string) {
  const fileOf = (what: unknown): string => {
    const name = hexOf(digestOf(stableJson({ version, what })))
    return join(cacheDirectory, 'starts', `${name}.json`)
  }
  return {
    has: async (what: unknown): Promise<boolean> => (await readRecord(fileOf(what))) !== undefined,
    async add(what: unknown): Promise<void> {
      await writeRecord(cacheDirectory, fileOf(what), { starts: true })
    },
  }
}
