import { createHash } from 'node:crypto'

import type { ArchivedEntry } from '../../core/image/archived-entry.ts'
import type { LayerItem } from '../../oci/layer-order.ts'
import { tarEnd, tarHeader, tarPadding } from '../../oci/tar.ts'
import type { ImageFile } from '../../ports/bundle.ts'
import { fileBytes } from '../cache/file-bytes.ts'
import { fileChanged } from '../folder/hash-files.ts'
import type { CompressedPiece } from './gzip.ts'
import { type CompressedRange, type LayerEntry, type PackedFile, sizeOf } from './layer-entry.ts'
import { readProgram, smallestProgram } from './program-reader.ts'
import { readSource } from './read-source.ts'

/**
 * The archive of a layer; what is there compressed is marked, so that it can be copied.
 * @param entries is given what reading the archive would find in it
 * @throws ContainerImageError FILE_CHANGED
 */
export async function* tarBytes(
  items: readonly LayerItem<LayerEntry>[],
  entries: ArchivedEntry[],
): AsyncGenerator<Uint8Array | CompressedPiece, void> {
  // Whoever reads the archive hashes and copies each piece before it asks for the next.
  const scratch = Buffer.allocUnsafeSlow(256 * 1024)
  for (const item of items) {
    if (item.kind === 'item') yield* entryBytes(item.item, scratch, entries)
    else {
      entries.push({ path: item.path, kind: 'directory', allowed: 5 })
      yield tarHeader(item)
    }
  }
  yield tarEnd
}

async function* entryBytes(
  entry: LayerEntry,
  scratch: Buffer,
  entries: ArchivedEntry[],
): AsyncGenerator<Uint8Array | CompressedPiece, void> {
  if (!('executable' in entry)) {
    const { path, source } = entry
    entries.push({ path, kind: 'symlink', allowed: 4, target: source.target })
    yield tarHeader({ kind: 'symlink', path, target: source.target })
    return
  }
  const { path, executable, source } = entry
  const size = sizeOf(entry)
  const program = readProgram(path)
  let isOpen = size >= smallestProgram
  yield tarHeader({ kind: 'file', path, size, executable })
  const pieces = source.kind === 'bytes' ? [source.bytes] : exactBytes(source, scratch)
  for await (const piece of pieces) {
    if (isOpen) isOpen = program.take(piece instanceof Uint8Array ? piece : piece.bytes)
    yield piece
  }
  const allowed = executable ? 5 : 4
  const said = size >= smallestProgram ? program.found() : {}
  entries.push({ path, kind: 'file', allowed, ...(size > 0 && { size }), ...said })
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
