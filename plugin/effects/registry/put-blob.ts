import { recordOf } from '../../core/basics/is-record.ts'
import { oncePer } from '../../core/basics/once.ts'
import pLimit from 'p-limit'

import { ContainerImageError } from '../../errors.ts'
import type { Descriptor } from '../../oci/descriptor.ts'
import type { Digest } from '../../oci/digest.ts'
import { specCodeOf } from './failure.ts'
import { type RetryPolicy, retry, temporary } from './retry.ts'
import type { Session } from './session.ts'
import { verified } from './verified.ts'
import { spend } from './spend.ts'

const uploadsAtOnce = 4
const limits = new Map<string, ReturnType<typeof pLimit>>()
// What a lost or spoiled upload gives: a new one may pass.
const lostUpload = new Set([
  'BLOB_UPLOAD_INVALID',
  'BLOB_UPLOAD_UNKNOWN',
  'DIGEST_INVALID',
  'SIZE_INVALID',
])

export type PutBlob = (
  descriptor: Descriptor,
  open: () => AsyncIterable<Uint8Array>,
  isNew?: boolean,
) => Promise<void>

/** Uploads of one repository; a blob that is there, or on its way, is not sent again. */
export function openPutBlob(setup: {
  readonly send: Session
  readonly base: URL
  readonly policy: RetryPolicy
  readonly has: (digest: Digest) => Promise<boolean>
}): PutBlob {
  const { send, base, policy, has } = setup
  const limit = limits.get(base.origin) ?? pLimit(uploadsAtOnce)
  limits.set(base.origin, limit)

  /** POST, then the whole blob in one PUT: ECR drops every PATCH after the first. */
  const upload = async (descriptor: Descriptor, open: () => AsyncIterable<Uint8Array>) => {
    const start = new URL('blobs/uploads/', base)
    const { answer, url } = await send({ method: 'POST', url: start, expect: [202] }).catch(
      unlessJustMade,
    )
    await spend(answer)
    const { location = '' } = answer.headers
    if (!URL.canParse(location, url.href)) {
      throw new ContainerImageError(
        'REGISTRY_FAILED',
        `POST ${start.href}: 202 without a usable Location. Check that this is a registry.`,
      )
    }
    const target = new URL(location, url)
    // The upload's own query is left to the letter.
    target.search += `${target.search === '' ? '?' : '&'}digest=${encodeURIComponent(descriptor.digest)}`
    const what = `The source of blob ${descriptor.digest}`
    const body = { length: descriptor.size, open: () => verified(open(), descriptor, what) }
    const headers = { 'Content-Type': 'application/octet-stream' }
    try {
      const put = await send({ method: 'PUT', url: target, expect: [201, 204], headers, body })
      await spend(put.answer)
    } catch (error) {
      const lost = lostUpload.has(specCodeOf(error) ?? '')
      if (lost && error instanceof ContainerImageError) throw temporary(error)
      // What another upload has brought meanwhile, or what was there all along, may be refused.
      const isThere = isRefusal(error) && (await has(descriptor.digest).catch(() => false))
      if (!isThere) throw error
    }
  }

  /** An attempt whose answer was lost may have brought the blob: asking is cheaper than sending. */
  const insist = (descriptor: Descriptor, open: () => AsyncIterable<Uint8Array>) => {
    let attempts = 0
    return retry(policy, async () => {
      if (attempts++ === 0 || !(await has(descriptor.digest))) await upload(descriptor, open)
    })
  }

  return oncePer(
    async (descriptor: Descriptor, open: () => AsyncIterable<Uint8Array>, isNew = false) => {
      if (isNew || !(await has(descriptor.digest))) await limit(() => insist(descriptor, open))
    },
    ({ digest }) => digest,
  )
}

/** The registry's own word against this content, and not against whoever sends it. */
function isRefusal(error: unknown): boolean {
  const { status } = recordOf(error instanceof ContainerImageError ? error.cause : undefined)
  return typeof status === 'number' && status >= 400 && status < 500 && ![401, 403].includes(status)
}

/** The repository was looked for, or made, before: a registry that does not know it yet will. */
function unlessJustMade(error: unknown): never {
  const unknown = specCodeOf(error) === 'NAME_UNKNOWN' && error instanceof ContainerImageError
  throw unknown ? temporary(error) : error
}
