import type { IncomingHttpHeaders } from 'node:http'

import { type Digest, parseDigest } from '../../../plugin/oci/digest.ts'
import { Refusal } from './answer.ts'

/** One request, its body after the injected faults. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly contentLength: number | undefined
  readonly body: AsyncIterable<Uint8Array>
  readonly repository: string
  /** Text from the URL as a digest. */
  readonly digest: (text: string | null) => Digest
}

export function readDigest(text: string | null): Digest {
  try {
    return parseDigest(text)
  } catch {
    throw new Refusal(400, 'DIGEST_INVALID', `${String(text)} is not a digest`)
  }
}
