import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'

import { type MediaTypeFamily, mediaTypes } from '../../../plugin/oci/media-types.ts'
import { type Digest, digestOf } from '../../../plugin/oci/digest.ts'
import type { AwsStandIn } from '../aws/index.ts'
import { openCalls } from '../assertions/aws-calls.ts'

export interface TestImage {
  readonly repository: string
  readonly tag?: string
  /** The image's own, in Go's words. */
  readonly architecture?: string
  readonly family?: MediaTypeFamily
  /** Put under an index, and that tagged. */
  readonly index?: boolean
  readonly layerMediaType?: string
  readonly entryPoint?: readonly string[]
  /** What it signs or describes, and as what. */
  readonly refersTo?: { readonly digest: string; readonly artifactType: string }
  readonly workingDirectory?: string
}

/** A tar without entries: valid, and no layer of anything. */
const emptyTar = Buffer.alloc(1024)

/** Requests of the registry with a token that ECR gave. */
async function openSend(aws: AwsStandIn) {
  const calls = await openCalls(aws.environment)
  const { authorizationData } = await calls.ecr('GetAuthorizationToken')
  const [first]: unknown[] = Array.isArray(authorizationData) ? authorizationData : []
  const authorization = `Basic ${Reflect.get(Object(first), 'authorizationToken')}`

  return async function send(method: string, url: string, body?: Uint8Array, type?: string) {
    const response = await fetch(new URL(url, aws.registry.url), {
      method,
      headers: { authorization, ...(type && { 'content-type': type }) },
      ...(body && { body: Buffer.from(body) }),
    })
    if (!response.ok)
      throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`)
    return response
  }
}

/** An image without content, its config unlike any other, pushed as any client would. */
export async function pushImage(aws: AwsStandIn, image: TestImage): Promise<Digest> {
  const { repository, family = 'oci' } = image
  const types = mediaTypes[family]
  const send = await openSend(aws)
  async function putBlob(mediaType: string, bytes: Buffer) {
    const digest = digestOf(bytes)
    const started = await send('POST', `/v2/${repository}/blobs/uploads/`)
    const location = new URL(started.headers.get('location') ?? '', aws.registry.url)
    location.searchParams.set('digest', digest)
    await send('PUT', location.href, bytes, 'application/octet-stream')
    return { mediaType, digest, size: bytes.length }
  }
  async function putManifest(manifest: object, mediaType: string, reference?: string) {
    const bytes = Buffer.from(JSON.stringify(manifest))
    const digest = digestOf(bytes)
    await send('PUT', `/v2/${repository}/manifests/${reference ?? digest}`, bytes, mediaType)
    return { mediaType, digest, size: bytes.length }
  }

  const config = {
    architecture: image.architecture ?? 'arm64',
    os: 'linux',
    config: {
      Entrypoint: image.entryPoint ?? ['/lambda-entrypoint.sh'],
      WorkingDir: image.workingDirectory ?? '/var/task',
      Env: [`UNIQUE=${randomBytes(8).toString('hex')}`],
    },
    rootfs: { type: 'layers', diff_ids: [digestOf(emptyTar)] },
  }
  const manifest = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: await putBlob(types.config, Buffer.from(JSON.stringify(config))),
    layers: [await putBlob(image.layerMediaType ?? types.layer, gzipSync(emptyTar))],
    ...(image.refersTo && {
      artifactType: image.refersTo.artifactType,
      subject: { mediaType: types.manifest, digest: image.refersTo.digest, size: 1 },
    }),
  }
  const put = await putManifest(manifest, types.manifest, image.index ? undefined : image.tag)
  if (image.index !== true) return put.digest
  const platform = { os: 'linux', architecture: config.architecture }
  const index = { schemaVersion: 2, mediaType: types.index, manifests: [{ ...put, platform }] }
  return (await putManifest(index, types.index, image.tag)).digest
}

/** Another tag on an image that is there already. */
export async function putTag(
  aws: AwsStandIn,
  image: { readonly repository: string; readonly digest: string; readonly tag: string },
): Promise<void> {
  const { repository, digest, tag } = image
  const stored = await aws.registry.manifest(repository, digest)
  const send = await openSend(aws)
  const path = `/v2/${repository}/manifests/${tag}`
  await send('PUT', path, stored?.bytes, stored?.mediaType)
}
