import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

import { createTarDecoder, type TarHeader } from 'modern-tar'

import type { ArchivedEntry } from '../../core/image/archived-entry.ts'
import { type Digest, parseDigest } from '../../oci/digest.ts'

/** An entry of a layer with what it holds; what is not read of it is passed over. */
export interface LayerContent {
  readonly entry: ArchivedEntry
  /** Bytes. */
  readonly size: number
  readonly body: ReadableStream<Uint8Array>
}

/** Digest of what an entry holds; reads it. */
export async function contentDigest({ body }: LayerContent): Promise<Digest> {
  const hash = createHash('sha256')
  for await (const chunk of body) hash.update(chunk)
  return parseDigest(`sha256:${hash.digest('hex')}`)
}

/**
 * What a gzipped layer of anyone's making holds, in its order. A reader that stops ends the reading
 * of the source too.
 * @throws what the source throws, or an Error for what is no gzip or no tar
 */
export async function* layerContents(
  layer: AsyncIterable<Uint8Array>,
): AsyncGenerator<LayerContent, void> {
  const compressed = Readable.from(layer, { objectMode: false })
  const archive = compressed.pipe(createGunzip({ chunkSize: 256 * 1024 }))
  let cause: Error | undefined
  compressed.once('error', (error) => archive.destroy(error))
  archive.once('error', (error) => (cause = error))
  try {
    const { readable, writable } = createTarDecoder({ strict: true })
    const fed = Readable.toWeb(archive).pipeTo(writable)
    fed.catch(() => undefined)
    for await (const { header, body } of readable) {
      yield { entry: entryOf(header), size: header.size, body }
      await passOver(body)
    }
    await fed
  } catch (error) {
    // The streams in between only say that they were aborted.
    throw cause ?? error
  } finally {
    archive.destroy()
    compressed.destroy()
  }
}

/**
 * Reads to the end what nobody has read: a body that is cancelled while it is being filled can stop
 * the decoder for good, and a process that waits for nothing else then ends with exit code 0.
 */
async function passOver(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader()
  while (!(await reader.read()).done);
}

function entryOf(header: TarHeader): ArchivedEntry {
  const { name, linkname = '' } = header
  const path = name.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '')
  const kind = kindOf(header.type)
  const isLink = kind === 'symlink' || kind === 'hardlink'
  return {
    path,
    kind,
    allowed: allowedBits(header),
    ...(isLink && { target: linkname }),
    ...(kind === 'file' && header.size > 0 && { size: header.size }),
  }
}

function kindOf(type: TarHeader['type']): ArchivedEntry['kind'] {
  if (type === undefined || type === 'file') return 'file'
  if (type === 'link') return 'hardlink'
  return type === 'directory' || type === 'symlink' ? type : 'other'
}

/** As which Lambda runs a function; both were seen in its sandboxes. */
const lambda = { user: 993, group: 990 }

function allowedBits({ mode, type, uid, gid }: TarHeader): number {
  const bits = mode ?? (type === 'directory' ? 0o755 : 0o644)
  if (uid === lambda.user) return (bits >> 6) & 7
  return (gid === lambda.group ? bits >> 3 : bits) & 7
}
