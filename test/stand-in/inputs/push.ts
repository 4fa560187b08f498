import { digestOf, type Digest } from '../../../plugin/oci/digest.ts'

/** A repository of a registry that needs no login. */
export interface Place {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly repository: string
}

/** Plain requests of the distribution spec, for what tests put into a registry themselves. */
export async function pushBlob(place: Place, bytes: Uint8Array): Promise<Digest> {
  const blobs = `${place.url}/v2/${place.repository}/blobs`
  const digest = digestOf(bytes)
  const known = await fetch(`${blobs}/${digest}`, { method: 'HEAD' })
  if (known.ok) return digest
  const started = await expectOk(fetch(`${blobs}/uploads/`, { method: 'POST' }))
  const location = new URL(started.headers.get('location') ?? '', place.url)
  location.searchParams.set('digest', digest)
  await expectOk(fetch(location, { method: 'PUT', body: Buffer.from(bytes) }))
  return digest
}

export async function pushManifest(
  place: Place,
  bytes: Uint8Array,
  mediaType: string,
  tag?: string,
): Promise<Digest> {
  const digest = digestOf(bytes)
  const url = `${place.url}/v2/${place.repository}/manifests/${tag ?? digest}`
  const headers = { 'content-type': mediaType }
  await expectOk(fetch(url, { method: 'PUT', headers, body: Buffer.from(bytes) }))
  return digest
}

async function expectOk(request: Promise<Response>): Promise<Response> {
  const response = await request
  if (response.ok) return response
  throw new Error(`${response.url}: ${response.status} ${await response.text()}`)
}
