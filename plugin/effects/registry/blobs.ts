import type { IncomingMessage } from 'node:http'

import type { Descriptor } from '../../oci/descriptor.ts'
import { type Digest, parseDigest } from '../../oci/digest.ts'
import { maximumJsonSize } from '../../oci/json.ts'
import { ContainerImageError } from '../../errors.ts'
import { printable, specCodeOf, unreachable } from './failure.ts'
import { readAll } from './read-all.ts'
import { attemptsForBlobs, type RetryPolicy, retry, temporary } from './retry.ts'
import type { Session } from './session.ts'
import { invalid, verified } from './verified.ts'
import { spend } from './spend.ts'

type Answered = Awaited<ReturnType<Session>>

/** Reading blobs (OCI distribution spec, "Pulling blobs"). */
export function openBlobs(send: Session, base: URL, policy: RetryPolicy) {
  // Parsed once more, because a digest becomes a path here.
  const urlOf = (digest: Digest): URL => new URL(`blobs/${parseDigest(digest)}`, base)

  /** `false` only when the registry says so: refusals and failures are thrown. */
  const has = (digest: Digest): Promise<boolean> =>
    retry(policy, async () => {
      const request = { method: 'HEAD', url: urlOf(digest), expect: [200, 404] } as const
      const { answer } = await send(request)
      await spend(answer)
      return answer.statusCode === 200
    })

  const asker = (digest: Digest) => {
    const unlessKnownSoon = knownSoon()
    return () => send({ method: 'GET', url: urlOf(digest), expect: [200] }).catch(unlessKnownSoon)
  }

  const proven = ({ answer, url }: Answered, descriptor: Descriptor) =>
    verified(read(answer, url), descriptor, `GET ${printable(url)}`)

  async function* open(descriptor: Descriptor): AsyncGenerator<Uint8Array> {
    const answered = await retry(policy, asker(descriptor.digest))
    yield* proven(answered, descriptor)
  }

  const get = (descriptor: Descriptor, maximumSize = maximumJsonSize): Promise<Uint8Array> => {
    if (descriptor.size > maximumSize) {
      const seen = `a size of ${descriptor.size} bytes, above ${maximumSize}`
      return Promise.reject(invalid(`The descriptor of ${descriptor.digest}`, seen))
    }
    const ask = asker(descriptor.digest)
    return retry(policy, async () => {
      const chunks: Uint8Array[] = []
      const answered = await ask()
      for await (const chunk of proven(answered, descriptor)) chunks.push(chunk)
      return Buffer.concat(chunks)
    })
  }

  const getTail = ({ digest, size }: Descriptor, length: number): Promise<Uint8Array> => {
    const start = Math.max(0, size - length)
    const unlessKnownSoon = knownSoon()
    const headers = { Range: `bytes=${start}-${size - 1}` }
    return retry(policy, async () => {
      const request = { method: 'GET', url: urlOf(digest), expect: [200, 206], headers } as const
      const { answer, url } = await send(request).catch(unlessKnownSoon)
      const tail =
        answer.statusCode === 206
          ? await readAll(answer, length, 'GET', url)
          : await lastBytes(read(answer, url), length)
      if (tail.length === size - start) return tail
      throw invalid(`GET ${printable(url)}`, `${tail.length} bytes for the last ${size - start}`)
    })
  }

  return { urlOf, has, open, get, getTail }
}

/** A manifest names it, so a registry that does not know it yet will soon, or has lost it. */
function knownSoon(): (error: unknown) => never {
  let asked = 0
  return (error) => {
    const unknown = specCodeOf(error) === 'BLOB_UNKNOWN' && error instanceof ContainerImageError
    throw unknown && ++asked < attemptsForBlobs ? temporary(error) : error
  }
}

/** The body as it comes; a broken connection is told as such. */
async function* read(answer: IncomingMessage, url: URL): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of answer) yield chunk
  } catch (error) {
    throw unreachable('GET', url, error)
  }
}

/** For registries that do not know ranges: everything passes, only the end is kept. */
async function lastBytes(source: AsyncIterable<Uint8Array>, length: number): Promise<Buffer> {
  let tail: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    tail = Buffer.concat([tail, chunk])
    tail = tail.subarray(Math.max(0, tail.length - length))
  }
  return tail
}
