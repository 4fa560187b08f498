import { createHash } from 'node:crypto'

import type { LayerItem } from '../../oci/layer-order.ts'
import { tarEnd, tarHeader, tarPadding } from '../../oci/tar.ts'
import type { ImageFile } from '../../ports/bundle.ts'
import { fileBytes } from '../cache/file-bytes.ts'
import { fileChanged } from '../folder/hash-files.ts'
import type { CompressedPiece } from './gzip.ts'
import { type CompressedRange, type LayerEntry, type PackedFile, sizeOf } from './layer-entry.ts'
import { readSource } from './read-source.ts'

/**
 * The archive of a layer; what is there compressed is marked, so that it can be copied.
 * @throws ContainerImageError FILE_CHANGED
 */
export async function* tarBytes(
  items: readonly LayerItem<LayerEntry>[],
): AsyncGenerator<Uint8Array | CompressedPiece, void> {
  // Whoever reads the archive hashes and copies each piece before it asks for the next.
  const scratch = Buffer.allocUnsafeSlow(256 * 1024)
  for (const item of items) {
    if (item.kind === 'directory') yield tarHeader(item)
    else yield* entryBytes(item.item, scratch)
  }
  yield tarEnd
}

async function* entryBytes(
  entry: LayerEntry,
  scratch: Buffer,
): AsyncGenerator<Uint8Array | CompressedPiece, void> {
  if (!('executable' in entry)) {
    yield tarHeader({ kind: 'symlink', path: entry.path, target: entry.source.target })
    return
  }
  const { path, executable, source } = entry
  const size = sizeOf(entry)
  yield tarHeader({ kind: 'file', path, size, executable })
  if (source.kind === 'bytes') yield source.bytes
  else yield* exactBytes(source, scratch)
  yield tarPadding(size)
}

/** Bytes up to which a file is read at once: a trip to the threads costs more than the reading. */
const atOnce = 128 * 1024

/** A header promises a size, and the image's name a content; anything else would spoil them. */
async function* exactBytes(
  source: Extract<ImageFile['source'], { kind: 'file' }> | PackedFile['source'],
  scratch: Buffer,
): AsyncGenerator<Uint8Array | CompressedPiece, void> {
  const { file, size } = source
  const sha256 = source.kind === 'file' ? source.sha256 : undefined
  const part = source.kind === 'part' ? source : undefined
  const hash = sha256 === undefined ? undefined : createHash('sha256')
  let read = 0
  const chunks = size <= atOnce ? [readSource(source)] : fileBytes(file, scratch, part)
  for await (const chunk of chunks) {
    read += chunk.length
    if (read > size) break
    hash?.update(chunk)
    if (part?.compressed === undefined) yield chunk
    else yield* marked(chunk, read - chunk.length, part.compressed)
  }
  if (read !== size || (hash !== undefined && hash.digest('hex') !== sha256))
    throw fileChanged(file)
}

/** Cuts a chunk of a file where what is there compressed begins and ends. */
function* marked(
  chunk: Uint8Array,
  offset: number,
  blocks: CompressedRange,
): Generator<Uint8Array | CompressedPiece> {
  const [from, to] = [blocks.from - offset, blocks.to - offset].map((at) =>
    Math.min(Math.max(at, 0), chunk.length),
  )
  if (from !== 0) yield chunk.subarray(0, from)
  if (from !== to) yield { bytes: chunk.subarray(from, to), blocks }
  if (to !== chunk.length) yield chunk.subarray(to)
}
