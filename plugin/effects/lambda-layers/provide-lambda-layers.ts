import { join } from 'node:path'

import { oncePer } from '../../core/basics/once.ts'
import { parseLayerFacts } from '../../core/dependencies/dependency-record.ts'
import { digestOf, hexOf } from '../../oci/digest.ts'
import type { Layer } from '../../ports/layer.ts'
import type { Aws } from '../aws/client.ts'
import { findLayer, readRecord, writeRecord } from '../cache/layer-cache.ts'
import { writeLayer } from '../layer/layer-writer.ts'
import { fetchLayer } from './fetch-layer.ts'

/** The layer of an image that has the content of a Lambda layer version in `/opt`. */
export interface ProvideLambdaLayer {
  (arn: string): Promise<Layer>
}

/**
 * Makes layers of images from Lambda's: fetched once, since a version never changes. Modes and links
 * are those of the zip.
 */
export function createProvideLambdaLayer(options: {
  readonly aws: () => Promise<Aws>
  readonly cacheDirectory: string
}): ProvideLambdaLayer {
  const { aws, cacheDirectory } = options
  return oncePer(
    async (arn: string) => {
      const record = join(cacheDirectory, 'lambda-layers', `${hexOf(digestOf(arn))}.json`)
      const facts = parseLayerFacts(await readRecord(record))
      const found = facts && (await findLayer(cacheDirectory, facts))
      if (found !== undefined) return found
      const { readZip } = await import('./read-zip.ts')
      const entries = await readZip(await fetchLayer(await aws(), arn), 'opt', arn)
      const layer = await writeLayer(entries, { cacheDirectory })
      const { descriptor, diffId, uncompressedSize } = layer
      const { digest, size } = descriptor
      await writeRecord(cacheDirectory, record, { diffId, digest, size, uncompressedSize })
      return layer
    },
    (arn) => arn,
  )
}
