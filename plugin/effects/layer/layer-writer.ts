import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

import type { ArchivedEntry } from '../../core/image/archived-entry.ts'
import { parseDigest, type Digest } from '../../oci/digest.ts'
import type { LayerFacts } from '../../oci/layer.ts'
import { orderLayer } from '../../oci/layer-order.ts'
import type { Layer } from '../../ports/layer.ts'
import { cachedLayer, layerFile } from '../cache/layer-cache.ts'
import { temporaryPath } from '../temporary/temporary-path.ts'
import { gzip, type CompressedPiece } from './gzip.ts'
import { rememberEntries } from './known-entries.ts'
import type { LayerEntry } from './layer-entry.ts'
import { tarBytes } from './tar-bytes.ts'

export interface LayerOptions {
  readonly cacheDirectory: string
  /** Told from time to time how many bytes of the layer are done. */
  readonly onBytes?: (bytes: number) => void
}

/**
 * Writes a layer to the cache in one pass: tar, its digest, gzip, its digest, file. Holds a few MiB.
 * What it holds is remembered, so that nobody has to unpack it to find out.
 * What was copied compressed is unpacked once to see that it is what it should be; else all of it is
 * compressed here.
 * @throws ContainerImageError LAYER_PATH_INVALID, FILE_CHANGED
 */
export async function writeLayer(
  entries: readonly LayerEntry[],
  options: LayerOptions,
): Promise<Layer> {
  const copies = entries.some(({ source }) => source.kind === 'part' && source.compressed)
  if (!copies) return writeOnce(entries, options)
  return writeOnce(entries, options, proveGzip).catch(() =>
    writeOnce(entries.map(withoutCompressed), options),
  )
}

function withoutCompressed(entry: LayerEntry): LayerEntry {
  if (!('executable' in entry) || entry.source.kind !== 'part') return entry
  const { path, executable, source } = entry
  const { kind, file, offset, size } = source
  return { path, executable, source: { kind, file, offset, size } }
}

/** @throws an Error of zlib for what does not unpack to what its end says: checksum and size */
async function proveGzip(file: string): Promise<void> {
  const unzipped = createGunzip({ chunkSize: 256 * 1024 })
  await pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), unzipped, async (bytes) => {
    for await (const _ of bytes);
  })
}

async function writeOnce(
  entries: readonly LayerEntry[],
  { cacheDirectory, onBytes }: LayerOptions,
  prove: (file: string) => Promise<void> = () => Promise.resolve(),
): Promise<Layer> {
  const uncompressed = createTally()
  const compressed = createTally()
  const temporary = await temporaryPath(cacheDirectory)
  try {
    await using file = await open(temporary, 'wx')
    const held: ArchivedEntry[] = []
    const archive = uncompressed.through(tarBytes(orderLayer(entries), held), onBytes)
    for await (const chunk of compressed.through(gzip(archive))) await file.writeFile(chunk)
    await prove(temporary)
    const facts: LayerFacts = {
      diffId: uncompressed.digest(),
      digest: compressed.digest(),
      size: compressed.size(),
      uncompressedSize: uncompressed.size(),
    }
    const target = layerFile(cacheDirectory, facts)
    await mkdir(dirname(target), { recursive: true })
    await rename(temporary, target)
    await rememberEntries(cacheDirectory, facts.digest, held)
    return cachedLayer(cacheDirectory, facts)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

interface Tally {
  through<Piece extends Uint8Array | CompressedPiece>(
    source: AsyncIterable<Piece>,
    onBytes?: (bytes: number) => void,
  ): AsyncGenerator<Piece, void>
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
      for await (const piece of source) {
        const chunk = piece instanceof Uint8Array ? piece : piece.bytes
        hash.update(chunk)
        bytes += chunk.length
        if (bytes - said >= reportEvery) onBytes?.((said = bytes))
        yield piece
      }
    },
    digest: () => parseDigest(`sha256:${hash.digest('hex')}`),
    size: () => bytes,
  }
}
