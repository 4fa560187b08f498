import { join } from 'node:path'

import { hexOf } from '../../oci/digest.ts'
import type { VerifiedImage } from '../../ports/image-stages.ts'
import type { Repository } from '../../ports/repository.ts'
import { readRecord, writeRecord } from '../cache/layer-cache.ts'

/**
 * Walks what Docker built, which nobody knew before: an embedded image was walked when it was made.
 * What was walked is remembered by its digest; a refused image is walked again.
 * @throws ContainerImageError MODULE_MISSING, MODULE_UNLOADABLE
 */
export function createWalkServed(options: {
  readonly repository: () => Promise<Repository>
  readonly cacheDirectory: string
}) {
  const { cacheDirectory } = options
  return async (verified: VerifiedImage): Promise<VerifiedImage> => {
    const { image, pushed } = verified
    const isNode = image.language === undefined || image.language === 'node'
    if (image.definition.kind !== 'dockerfile' || !isNode || pushed === undefined) return verified
    const { served } = pushed
    const record = join(cacheDirectory, 'walks', `${hexOf(served.digest)}.json`)
    const environments = JSON.stringify(image.functions.map(({ environment }) => environment))
    if ((await readRecord(record)) === environments) return verified

    const { walkBuilt } = await import('./walk-built.ts')
    const from = { repository: await options.repository(), cacheDirectory }
    const notes = await walkBuilt(verified, served, from)
    await writeRecord(cacheDirectory, record, environments).catch(() => undefined)
    return { ...verified, notes: [...verified.notes, ...notes] }
  }
}
