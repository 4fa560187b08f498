import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

import type { LayerFacts } from '../../oci/layer.ts'
import { temporaryPath } from '../temporary/temporary-path.ts'
import { layerFile } from './layer-cache.ts'

/**
 * The bytes of a layer on their way from a registry, kept in the cache once they went through whole.
 * A cache that cannot be written is only slower.
 * @param source proves the bytes against the digest, as a `Repository` does
 */
export async function* keepLayer(
  source: AsyncIterable<Uint8Array>,
  facts: Pick<LayerFacts, 'digest' | 'diffId'>,
  cacheDirectory: string,
): AsyncGenerator<Uint8Array, void> {
  const temporary = await temporaryPath(cacheDirectory).catch(() => undefined)
  const file =
    temporary === undefined ? undefined : await open(temporary, 'wx').catch(() => undefined)
  let whole = file !== undefined
  try {
    for await (const chunk of source) {
      yield chunk
      whole &&= (await file?.writeFile(chunk).catch(() => 'failed')) !== 'failed'
    }
    if (file === undefined || temporary === undefined || !whole) return
    await file.close()
    const target = layerFile(cacheDirectory, facts)
    await mkdir(dirname(target), { recursive: true })
    await rename(temporary, target)
  } finally {
    await file?.close().catch(() => undefined)
    if (temporary !== undefined) await rm(temporary, { force: true }).catch(() => undefined)
  }
}
