import { recordOf } from '../../core/basics/is-record.ts'
import type { IncomingMessage } from 'node:http'

import { ContainerImageError } from '../../errors.ts'
import { type Digest, digestOf, parseDigest } from '../../oci/digest.ts'
import { maximumJsonSize } from '../../oci/json.ts'
import { mediaTypes } from '../../oci/media-types.ts'
import { parseReference } from '../../oci/reference.ts'
import type { ServedManifest } from '../../ports/repository.ts'
import { printable, specCodeOf } from './failure.ts'
import { readAll } from './read-all.ts'
import { attemptsForBlobs, type RetryPolicy, retry, temporary } from './retry.ts'
import type { Session } from './session.ts'
import { invalid } from './verified.ts'
import { spend } from './spend.ts'

const accept = Object.values(mediaTypes)
  .flatMap(({ manifest, index }) => [manifest, index])
  .join(', ')

/** Manifests by tag or digest (OCI distribution spec, "Pulling manifests", "Pushing manifests"). */
export function openManifests(send: Session, base: URL, policy: RetryPolicy) {
  const urlOf = (reference: string): URL => new URL(`manifests/${checkName(reference)}`, base)

  /** Put here and not seen since: a registry that does not know them yet will. */
  const own = new Set<string>()

  const get = async (reference: string): Promise<ServedManifest | undefined> =>
    retry(policy, async () => {
      try {
        const { answer, url } = await send({
          method: 'GET',
          url: urlOf(reference),
          expect: [200],
          headers: { Accept: accept },
        })
        const bytes = await readAll(answer, maximumJsonSize, 'GET', url)
        const digest = digestOf(bytes)
        const named = digestIn(answer)
        const expected = reference.includes(':') ? reference : (named ?? digest)
        if (digest !== expected) {
          throw invalid(`GET ${printable(url)}`, `the bytes of ${digest}, not of ${expected}`)
        }
        const mediaType = (answer.headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? ''
        own.delete(reference)
        return { digest, mediaType, bytes }
      } catch (error) {
        if (!isMissing(error)) throw error
        if (own.has(reference)) throw temporary(error)
        return undefined
      }
    }).catch((error: unknown) => {
      if (isMissing(error)) return undefined
      throw error
    })

  const put = async (bytes: Uint8Array, mediaType: string, tag?: string): Promise<Digest> => {
    const digest = digestOf(bytes)
    const url = urlOf(tag ?? digest)
    let attempts = 0
    try {
      return await retry(policy, async () => {
        attempts++
        const { answer } = await send({
          method: 'PUT',
          url,
          expect: [200, 201, 202],
          headers: { 'Content-Type': mediaType },
          body: { length: bytes.length, open: () => once(bytes) },
        }).catch((error: unknown) => {
          throw isNotYet(error) && attempts < attemptsForBlobs ? temporary(error) : error
        })
        own.add(digest)
        if (tag !== undefined) own.add(tag)
        await spend(answer)
        const named = digestIn(answer) ?? digest
        if (named === digest) return digest
        throw invalid(`PUT ${printable(url)}`, `the name ${named} to ${digest}`)
      })
    } catch (error) {
      // An attempt whose answer was lost may have set the tag, to these very bytes.
      const taken = error instanceof ContainerImageError && error.code === 'TAG_TAKEN'
      if (taken && tag !== undefined && (await get(tag))?.digest === digest) return digest
      throw error
    }
  }

  return { get, put }
}

/** Another algorithm than ours cannot be compared. */
function digestIn({ headers }: IncomingMessage): string | undefined {
  const named = headers['docker-content-digest']
  return typeof named === 'string' && named.startsWith('sha256:') ? named : undefined
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** A tag or a digest and nothing else may become a path. */
function checkName(reference: string): string {
  if (reference.includes(':')) return parseDigest(reference)
  return parseReference(`localhost/name:${reference}`).tag ?? reference
}

/** Only the spec's own words count: a 404 of something else is no registry's. */
function isMissing(error: unknown): error is ContainerImageError {
  if (!(error instanceof ContainerImageError)) return false
  const { status, spec } = recordOf(error.cause)
  return status === 404 && Boolean(spec)
}

/** A registry that has not heard yet of the blobs, or of the repository, that were just made. */
function isNotYet(error: unknown): error is ContainerImageError {
  return ['BLOB_UNKNOWN', 'MANIFEST_BLOB_UNKNOWN', 'NAME_UNKNOWN'].includes(specCodeOf(error) ?? '')
}
