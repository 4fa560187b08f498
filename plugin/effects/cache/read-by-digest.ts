import { type OciConfig, parseOciConfig } from '../../oci/config.ts'
import type { Digest } from '../../oci/digest.ts'
import { type Manifest, mediaTypeOf } from '../../oci/manifest.ts'
import type { Repository, ServedManifest } from '../../ports/repository.ts'
import { openDigestCache } from './digest-cache.ts'

interface Options {
  /** Absent: nothing is kept. */
  readonly cacheDirectory?: string | undefined
}

/** A manifest by its digest, which the cache may have. */
export async function readKnownManifest(
  repository: Repository,
  digest: Digest,
  { cacheDirectory }: Options,
): Promise<ServedManifest | undefined> {
  const cache = openDigestCache(cacheDirectory)
  const bytes = await cache.read(digest)
  if (bytes !== undefined) return { digest, bytes, mediaType: mediaTypeOf(bytes) }
  const served = await repository.getManifest(digest)
  if (served !== undefined) await cache.write(digest, served.bytes)
  return served
}

/**
 * The config that a manifest names, which the cache may have.
 * @throws ContainerImageError MANIFEST_INVALID, REGISTRY_*
 */
export async function readConfig(
  repository: Repository,
  { config }: Pick<Manifest, 'config'>,
  { cacheDirectory }: Options,
): Promise<OciConfig> {
  const cache = openDigestCache(cacheDirectory)
  const kept = await cache.read(config.digest)
  const bytes = kept ?? (await repository.getBlob(config))
  if (kept === undefined) await cache.write(config.digest, bytes)
  return parseOciConfig(bytes)
}
