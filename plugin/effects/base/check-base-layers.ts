import { join } from 'node:path'

import { checkBase, checkCompression } from '../../core/image/check-base.ts'
import type { Descriptor } from '../../oci/descriptor.ts'
import { hexOf } from '../../oci/digest.ts'
import type { BaseImage } from '../../ports/base-image.ts'
import { readRecord, writeRecord } from '../cache/layer-cache.ts'

/** As far as the magic word of a tar. */
const headLength = 262

/**
 * Refuses a base that Lambda would not take, before anything is sent: by its manifest and config,
 * and by the first bytes of each layer, since media types are labels. A base is asked once.
 * @throws ContainerImageError BASE_UNFIT, REGISTRY_*
 */
export async function checkBaseLayers(base: BaseImage, cacheDirectory: string): Promise<void> {
  const record = join(cacheDirectory, 'bases', `${hexOf(base.digest)}.json`)
  if ((await readRecord(record)) !== undefined) return
  const [manifest, config] = await Promise.all([base.manifest(), base.config()])
  checkBase({ reference: base.reference, manifest, config })
  await Promise.all(
    manifest.layers.map(async (layer) => {
      checkCompression(base.reference, layer.digest, await readHead(base, layer))
    }),
  )
  await writeRecord(cacheDirectory, record, { gzip: true })
}

/** Stops the transfer after the first piece. */
async function readHead({ repository }: BaseImage, layer: Descriptor): Promise<Uint8Array> {
  let head = Buffer.alloc(0)
  for await (const chunk of repository.openBlob(layer)) {
    head = Buffer.concat([head, chunk])
    if (head.length >= headLength) break
  }
  return head
}
