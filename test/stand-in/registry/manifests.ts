import { digestOf } from '../../../plugin/oci/digest.ts'
import { type Answer, Refusal } from './answer.ts'
import { type Call, readDigest } from './call.ts'
import { checkManifest } from './check-manifest.ts'
import type { RegistryOptions } from './options.ts'
import type { Store } from './store.ts'

const maximumSize = 4 * 1024 * 1024
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

/** Manifests and tags. */
export function serveManifests(
  store: Store,
  options: {
    readonly lambdaRules: boolean
    readonly maximumTags: number
    readonly archive?: NonNullable<RegistryOptions['archive']>
    readonly immutableTags: (repository: string) => boolean
  },
) {
  const get = async (call: Call, reference: string): Promise<Answer> => {
    const found = await store.manifest(call.repository, checkReference(reference))
    if (found === undefined || options.archive?.has(call.repository, found.digest)) {
      throw new Refusal(404, 'MANIFEST_UNKNOWN', `no ${reference} in ${call.repository}`)
    }
    const accept = call.headers.accept
    if (accept !== undefined && !accept.includes(found.mediaType) && !accept.includes('*/*')) {
      throw new Refusal(404, 'MANIFEST_UNKNOWN', `${reference} is ${found.mediaType}: not accepted`)
    }
    return {
      status: 200,
      headers: { 'Content-Type': found.mediaType, 'Docker-Content-Digest': found.digest },
      body: found.bytes,
    }
  }

  /** Words from memory; ECR's users quote the status only. */
  const checkTags = async (repository: string, digest: string): Promise<void> => {
    const tags = [...(await store.tags(repository)).values()].filter((each) => each === digest)
    if (tags.length < options.maximumTags) return
    throw new Refusal(
      403,
      'DENIED',
      `The image with digest '${digest}' in the '${repository}' repository already has ${tags.length} tags`,
    )
  }

  const put = async (call: Call, reference: string): Promise<Answer> => {
    checkReference(reference)
    const bytes = await collect(call.body)
    const digest = digestOf(bytes)
    if (reference.startsWith('sha256:') && reference !== digest) {
      throw new Refusal(400, 'DIGEST_INVALID', `announced ${reference}, received ${digest}`)
    }
    const mediaType = call.headers['content-type'] ?? ''
    await checkManifest(store, call.repository, bytes, mediaType, options.lambdaRules)
    if (!reference.startsWith('sha256:')) {
      const taken = await store.tag(call.repository, reference)
      const returns = taken === digest && options.archive?.has(call.repository, digest)
      if (taken !== undefined && !returns && options.immutableTags(call.repository)) {
        throw new Refusal(
          400,
          'TAG_INVALID',
          `The image tag '${reference}' already exists in the '${call.repository}' repository and cannot be overwritten because the tag is immutable.`,
        )
      }
      if (taken === undefined) await checkTags(call.repository, digest)
    }
    options.archive?.restore(call.repository, digest)
    await store.putManifest(call.repository, { digest, mediaType, bytes })
    if (!reference.startsWith('sha256:')) await store.putTag(call.repository, reference, digest)
    return {
      status: 201,
      headers: {
        Location: `/v2/${call.repository}/manifests/${digest}`,
        'Docker-Content-Digest': digest,
      },
    }
  }

  const list = async (call: Call): Promise<Answer> => ({
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: Buffer.from(
      JSON.stringify({
        name: call.repository,
        tags: [...(await store.tags(call.repository)).keys()],
      }),
    ),
  })

  return { get, put, list }
}

function checkReference(reference: string): string {
  if (reference.includes(':')) return readDigest(reference)
  if (tagPattern.test(reference)) return reference
  throw new Refusal(400, 'TAG_INVALID', `'${reference}' is not a tag`)
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maximumSize) throw new Refusal(413, 'SIZE_INVALID', 'a manifest above 4 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
