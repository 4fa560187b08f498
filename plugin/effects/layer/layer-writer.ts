import { createHash, type Hash } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

import { parseDigest, type Digest } from '../../oci/digest.ts'
import type { LayerFacts } from '../../oci/layer.ts'
import { orderLayer, type LayerItem } from '../../oci/layer-order.ts'
import { tarEnd, tarHeader, tarPadding } from '../../oci/tar.ts'
import type { ImageFile } from '../../ports/bundle.ts'
import type { Layer } from '../../ports/layer.ts'
import { fileBytes } from '../cache/file-bytes.ts'
import { fileChanged } from '../folder/hash-files.ts'
import { temporaryPath } from '../temporary/temporary-path.ts'
import { gzip } from './gzip.ts'
import { cachedLayer, layerFile } from '../cache/layer-cache.ts'

/** A symbolic link, relative to its own folder; its target must be in the same tree. */
export interface ImageLink {
  readonly path: string
  readonly source: { readonly kind: 'symlink'; readonly target: string }
}

/** A regular file whose content is a part of another one. */
export interface PackedFile extends Pick<ImageFile, 'path' | 'executable'> {
  readonly source: {
    readonly kind: 'part'
    readonly file: string
    readonly offset: number
    readonly size: number
  }
}

export type LayerEntry = ImageFile | PackedFile | ImageLink

export interface LayerOptions {
  readonly cacheDirectory: string
  /** Told from time to time how many bytes of the layer are done. */
  readonly onBytes?: (bytes: number) => void
}

/**
 * Writes a layer to the cache in one pass: tar, its digest, gzip, its digest, file. Holds a few MiB.
 * @throws ContainerImageError LAYER_PATH_INVALID, FILE_CHANGED
 */
export async function writeLayer(
  entries: readonly LayerEntry[],
  { cacheDirectory, onBytes }: LayerOptions,
): Promise<Layer> {
  const uncompressed = createTally()
  const compressed = createTally()
  const temporary = await temporaryPath(cacheDirectory)
  try {
    await using file = await open(temporary, 'wx')
    const archive = uncompressed.through(tarBytes(orderLayer(entries)), onBytes)
    for await (const chunk of compressed.through(gzip(archive))) await file.writeFile(chunk)
    const facts: LayerFacts = {
      diffId: uncompressed.digest(),
      digest: compressed.digest(),
      size: compressed.size(),
      uncompressedSize: uncompressed.size(),
    }
    const target = layerFile(cacheDirectory, facts)
    await mkdir(dirname(target), { recursive: true })
    await rename(temporary, target)
    return cachedLayer(cacheDirectory, facts)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

interface Tally {
  through(
    source: AsyncIterable<Uint8Array>,
    onBytes?: (bytes: number) => void,
  ): AsyncGenerator<Uint8Array, void>
  digest(): Digest
  size(): number
}

const reportEvery = 1024 * 1024

/** Counts and hashes what flows through. */
function createTally(): Tally {
  const hash: Hash = createHash('sha256')
  let bytes = 0
  let said = 0
  return {
    async *through(source, onBytes) {
      for await (const chunk of source) {
        hash.update(chunk)
        bytes += chunk.length
        if (bytes - said >= reportEvery) onBytes?.((said = bytes))
        yield chunk
      }
    },
    digest: () => parseDigest(`sha256:${hash.digest('hex')}`),
    size: () => bytes,
  }
}

async function* tarBytes(
  items: readonly LayerItem<LayerEntry>[],
): AsyncGenerator<Uint8Array, void> {
  // Whoever reads the archive hashes and copies each piece before it asks for the next.
  const scratch = Buffer.allocUnsafeSlow(256 * 1024)
  for (const item of items) {
    if (item.kind === 'directory') yield tarHeader(item)
    else yield* entryBytes(item.item, scratch)
  }
  yield tarEnd
}

async function* entryBytes(entry: LayerEntry, scratch: Buffer): AsyncGenerator<Uint8Array, void> {
  if (!('executable' in entry)) {
    yield tarHeader({ kind: 'symlink', path: entry.path, target: entry.source.target })
    return
  }
  const { path, executable, source } = entry
  const size = source.kind === 'bytes' ? source.bytes.length : source.size
  yield tarHeader({ kind: 'file', path, size, executable })
  if (source.kind === 'bytes') yield source.bytes
  else yield* exactBytes(source, scratch)
  yield tarPadding(size)
}

/** A header promises a size, and the image's name a content; anything else would spoil them. */
async function* exactBytes(
  source: Extract<ImageFile['source'], { kind: 'file' }> | PackedFile['source'],
  scratch: Buffer,
): AsyncGenerator<Uint8Array, void> {
  const { file, size } = source
  const sha256 = source.kind === 'file' ? source.sha256 : undefined
  const part = source.kind === 'part' ? source : undefined
  const hash = sha256 === undefined ? undefined : createHash('sha256')
  let read = 0
  for await (const chunk of fileBytes(file, scratch, part)) {
    read += chunk.length
    if (read > size) break
    hash?.update(chunk)
    yield chunk
  }
  if (read !== size || (hash !== undefined && hash.digest('hex') !== sha256))
    throw fileChanged(file)
}
