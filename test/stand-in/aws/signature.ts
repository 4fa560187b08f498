import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** The parts of an `Authorization` header of Signature Version 4. */
export interface SignatureClaim {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const pattern =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

export function parseClaim(authorization: string | undefined): SignatureClaim | undefined {
  const match = pattern.exec(authorization ?? '')
  if (match === null) return undefined
  const [, accessKeyId = '', date = '', region = '', service = '', headers = '', signature = ''] =
    match
  return { accessKeyId, date, region, service, signedHeaders: headers.split(';'), signature }
}

interface SignedRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** S3 signs the path as sent; every other service signs it encoded once more. */
function canonicalPath(path: string, service: string): string {
  return path
    .split('/')
    .map((piece) => encode(service === 's3' ? decodeURIComponent(piece) : piece))
    .join('/')
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join('&')
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: Buffer | string, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}

/** Signs the request again with the key that the stand-in knows (AWS, "Signature Version 4"). */
export function signatureMatches(
  request: SignedRequest,
  claim: SignatureClaim,
  secretAccessKey: string,
): boolean {
  const [path = '/', query = ''] = request.url.split(/\?(.*)/s)
  const headers = claim.signedHeaders.map(
    (name) =>
      `${name}:${String(request.headers[name] ?? '')
        .trim()
        .replaceAll(/\s+/g, ' ')}\n`,
  )
  const bodyHash = request.headers['x-amz-content-sha256'] ?? sha256(request.body)
  const canonical = [
    request.method,
    canonicalPath(path, claim.service),
    canonicalQuery(query),
    headers.join(''),
    claim.signedHeaders.join(';'),
    String(bodyHash),
  ].join('\n')
  const scope = `${claim.date}/${claim.region}/${claim.service}/aws4_request`
  const time = String(request.headers['x-amz-date'] ?? '')
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')
  const key = [claim.region, claim.service, 'aws4_request'].reduce<Buffer>(
    hmac,
    hmac(`AWS4${secretAccessKey}`, claim.date),
  )
  const expected = hmac(key, toSign)
  return timingSafeEqual(expected, Buffer.from(claim.signature, 'hex'))
}
