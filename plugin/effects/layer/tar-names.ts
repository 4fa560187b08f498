import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

import { createTarDecoder } from 'modern-tar'

import { type Digest, parseDigest } from '../../oci/digest.ts'

/** An entry of a layer. */
export interface TarName {
  /** Without `./` before it and `/` after it. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  /** Of its content; to be asked for before the next entry is, or not at all. */
  readonly digest: () => Promise<Digest>
}

/**
 * Entries of a gzipped layer of anyone's making, in its order. Content that nobody asks for is passed
 * over, and a reader that stops ends the reading of the source too.
 * @throws what the source throws, or an Error for what is no gzip or no tar
 */
export async function* tarNames(layer: AsyncIterable<Uint8Array>): AsyncGenerator<TarName, void> {
  const compressed = Readable.from(layer, { objectMode: false })
  const archive = compressed.pipe(createGunzip())
  let cause: Error | undefined
  compressed.once('error', (error) => archive.destroy(error))
  archive.once('error', (error) => (cause = error))
  try {
    const { readable, writable } = createTarDecoder({ strict: true })
    const fed = Readable.toWeb(archive).pipeTo(writable)
    fed.catch(() => undefined)
    for await (const { header, body } of readable) {
      const path = header.name.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '')
      let read = false
      const digest = async (): Promise<Digest> => {
        read = true
        const hash = createHash('sha256')
        for await (const chunk of body) hash.update(chunk)
        return parseDigest(`sha256:${hash.digest('hex')}`)
      }
      yield { path, kind: kindOf(header.type), digest }
      if (!read) await body.cancel()
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

function kindOf(type: string | undefined): TarName['kind'] {
  if (type === undefined || type === 'file') return 'file'
  if (type === 'directory') return 'directory'
  return type === 'symlink' || type === 'link' ? 'link' : 'other'
}
