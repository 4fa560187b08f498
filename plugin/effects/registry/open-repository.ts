import { parseReference } from '../../oci/reference.ts'
import type { Repository } from '../../ports/repository.ts'
import type { Authorization } from './authorizer.ts'
import { openBlobs } from './blobs.ts'
import type { HostMap } from './host-map.ts'
import { openManifests } from './manifests.ts'
import { originOf } from './origin-of.ts'
import { openPutBlob } from './put-blob.ts'
import { type RetryPolicy, defaultRetry } from './retry.ts'
import { openSession } from './session.ts'
import { defaultLimits, type TransferLimits } from './transfer-limits.ts'

export interface RepositoryOptions {
  /** `host/name` as users see it. */
  readonly uri: string
  readonly hostMap?: HostMap | undefined
  /** Absent: anonymous, and a Bearer challenge is answered so. */
  readonly authorization?: Authorization | undefined
  readonly retry?: Partial<RetryPolicy> | undefined
  /** Milliseconds without any byte after which a registry counts as gone; default 60,000. */
  readonly idleTimeout?: number | undefined
  readonly limits?: TransferLimits | undefined
}

/**
 * One repository of a registry that speaks the OCI distribution protocol.
 * @throws ContainerImageError REFERENCE_INVALID, REGISTRY_INSECURE
 */
export function openRepository(options: RepositoryOptions): Repository {
  const { registry, repository } = parseReference(options.uri)
  const origin = originOf(registry, options.hostMap)
  const base = new URL(`/v2/${repository}/`, origin)
  const policy = { ...defaultRetry, ...options.retry }
  const send = openSession({
    origin,
    repository,
    authorization: options.authorization,
    idleTimeout: options.idleTimeout ?? 60_000,
    limits: options.limits ?? defaultLimits,
  })
  const blobs = openBlobs(send, base, policy)
  const manifests = openManifests(send, base, policy)
  return {
    uri: options.uri,
    ...(options.authorization !== undefined && { authorization: options.authorization }),
    getManifest: manifests.get,
    getBlob: blobs.get,
    openBlob: blobs.open,
    getBlobTail: blobs.getTail,
    hasBlob: blobs.has,
    putBlob: openPutBlob({ send, base, policy, has: blobs.has }),
    putManifest: manifests.put,
  }
}
