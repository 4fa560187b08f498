import { createHash } from 'node:crypto'
import { readFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'

import { ContainerImageError } from '../../errors.ts'
import { mediaTypes } from '../../oci/media-types.ts'
import { type Digest, hexOf } from '../../oci/digest.ts'
import type { LayerFacts } from '../../oci/layer.ts'
import type { Layer } from '../../ports/layer.ts'
import { fileBytes } from './file-bytes.ts'
import { writeWhole } from './write-whole.ts'

/** The name says all that decides the content; two writers of one name write the same bytes. */
export function layerFile(
  cacheDirectory: string,
  facts: Pick<LayerFacts, 'diffId' | 'digest'>,
): string {
  const name = `${hexOf(facts.diffId)}.${hexOf(facts.digest)}.tar.gz`
  return join(cacheDirectory, 'layers', name)
}

/** A layer as a cached file; `open` proves the bytes as they go out. */
export function cachedLayer(cacheDirectory: string, facts: LayerFacts): Layer {
  const { diffId, digest, size, uncompressedSize } = facts
  const file = layerFile(cacheDirectory, facts)
  return {
    descriptor: { mediaType: mediaTypes.oci.layer, digest, size },
    diffId,
    uncompressedSize,
    open: () => provenBytes(file, digest, size),
  }
}

/** The layer, if the cache has a file of the right length; its bytes are proven when it is read. */
export async function findLayer(
  cacheDirectory: string,
  facts: LayerFacts,
): Promise<Layer | undefined> {
  const file = layerFile(cacheDirectory, facts)
  const found = await stat(file).catch(() => undefined)
  if (found === undefined) return undefined
  if (found.size !== facts.size) {
    await rm(file, { force: true })
    return undefined
  }
  await markUsed(file)
  return cachedLayer(cacheDirectory, facts)
}

/** Pruning goes by the time of the last use. */
export async function markUsed(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => undefined)
}

/** Small facts, as JSON; anything unreadable counts as absent. */
export async function readRecord(path: string): Promise<unknown> {
  try {
    const record: unknown = JSON.parse(await readFile(path, 'utf8'))
    await markUsed(path)
    return record
  } catch {
    return undefined
  }
}

/** Records only save time: one that cannot be written is made again by the next deploy. */
export async function writeRecord(
  cacheDirectory: string,
  path: string,
  record: unknown,
): Promise<void> {
  await writeWhole(cacheDirectory, path, JSON.stringify(record))
}

/**
 * The last piece is held back until everything before it is proven, so that nobody ever receives a
 * damaged file whole. A damaged file is removed.
 */
async function* provenBytes(
  file: string,
  digest: Digest,
  size: number,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let last: Uint8Array | undefined
  let read = 0
  try {
    for await (const chunk of fileBytes(file)) {
      if (last !== undefined) yield last
      hash.update(chunk)
      read += chunk.length
      last = chunk
    }
  } catch (cause) {
    throw damaged(file, 'could not be read', cause)
  }
  if (read !== size || `sha256:${hash.digest('hex')}` !== digest) {
    await rm(file, { force: true })
    throw damaged(file, `did not have the ${size} bytes of ${digest}`)
  }
  if (last !== undefined) yield last
}

function damaged(file: string, what: string, cause?: unknown): ContainerImageError {
  return new ContainerImageError(
    'LAYER_DAMAGED',
    `The cached layer ${file} ${what}. It was discarded; deploy again to write it anew.`,
    { cause },
  )
}
