import { once, oncePer } from '../../core/basics/once.ts'
import { ContainerImageError } from '../../errors.ts'
import { type OciConfig } from '../../oci/config.ts'
import { type Digest, parseDigest } from '../../oci/digest.ts'
import {
  type Manifest,
  kindOf,
  mediaTypeOf,
  parseIndex,
  parseManifest,
} from '../../oci/manifest.ts'
import { pickPlatform, platformMissing } from '../../oci/pick-platform.ts'
import { type Platform, formatPlatform } from '../../oci/platform.ts'
import { type Reference, parseReference } from '../../oci/reference.ts'
import type { BaseImage } from '../../ports/base-image.ts'
import type { Repository, ServedManifest } from '../../ports/repository.ts'
import { type DigestCache, openDigestCache } from '../cache/digest-cache.ts'
import { readConfig } from '../cache/read-by-digest.ts'
import { blamingBase } from './blaming-base.ts'
import { type RepositoryOptions, openRepository } from '../registry/open-repository.ts'

export interface BaseImageOptions extends Pick<
  RepositoryOptions,
  'hostMap' | 'retry' | 'idleTimeout'
> {
  /** Where manifests and configs are kept by digest; absent: nowhere. */
  readonly cacheDirectory?: string
  /** Credentials for a base's registry; `undefined` for anonymous. */
  readonly authorization?: (registry: string) => RepositoryOptions['authorization']
}

export type ResolveBaseImage = (reference: string, platform: Platform) => Promise<BaseImage>

/** Resolves every base and platform once, however many images ask at the same time. */
export function openBaseImages(options: BaseImageOptions = {}): ResolveBaseImage {
  return oncePer(
    (reference: string, platform: Platform) => resolveBaseImage(reference, platform, options),
    (reference, platform) => `${formatPlatform(platform)} ${reference}`,
  )
}

/**
 * The image of a reference for one platform. A tag is asked of the registry every time;
 * what a digest names (`base@sha256:...`, an index or a manifest) comes from the cache once it was seen.
 * @throws ContainerImageError REFERENCE_INVALID, BASE_MISSING, BASE_PLATFORM_MISSING, MANIFEST_INVALID, REGISTRY_*
 */
export async function resolveBaseImage(
  reference: string,
  platform: Platform,
  options: BaseImageOptions = {},
): Promise<BaseImage> {
  const name = parseReference(reference)
  const cache = openDigestCache(options.cacheDirectory)
  const repository = openRepository({
    ...options,
    uri: `${name.registry}/${name.repository}`,
    authorization: options.authorization?.(name.registry),
  })
  const get = (wanted: string) => fetchManifest(repository, cache, wanted, reference)
  const top = await get(wantedOf(name))
  if (kindOf(top.mediaType) === 'index') {
    const picked = pickPlatform(parseIndex(top.bytes, top.mediaType), platform, reference)
    const manifest = once(async () =>
      parseManifest((await get(picked.digest)).bytes, picked.mediaType),
    )
    const config = once(async () =>
      fetchConfig(repository, await manifest(), options, platform, reference),
    )
    return { reference, digest: picked.digest, platform, manifest, config, repository }
  }
  const parsed = parseManifest(top.bytes, top.mediaType)
  // Without an index only the config says for which platform the image is.
  const read = await fetchConfig(repository, parsed, options, platform, reference)
  return {
    reference,
    digest: top.digest,
    platform,
    manifest: async () => parsed,
    config: async () => read,
    repository,
  }
}

function wantedOf({ tag, digest }: Reference): string {
  return digest ?? tag ?? 'latest'
}

async function fetchManifest(
  repository: Repository,
  cache: DigestCache,
  wanted: string,
  reference: string,
): Promise<ServedManifest> {
  const digest: Digest | undefined = wanted.includes(':') ? parseDigest(wanted) : undefined
  const kept = digest === undefined ? undefined : await cache.read(digest)
  if (digest !== undefined && kept !== undefined) {
    return { digest, bytes: kept, mediaType: mediaTypeOf(kept) }
  }
  const served = await blamingBase(reference, () => repository.getManifest(wanted))
  if (served === undefined) {
    throw new ContainerImageError(
      'BASE_MISSING',
      `${reference} is not there: the registry does not know '${wanted}'. Check the name and tag of the base.`,
    )
  }
  await cache.write(served.digest, served.bytes)
  return served
}

async function fetchConfig(
  repository: Repository,
  manifest: Manifest,
  options: BaseImageOptions,
  platform: Platform,
  reference: string,
): Promise<OciConfig> {
  const config = await readConfig(repository, manifest, options)
  // An index may promise what its image is not: that would be an exec format error in Lambda.
  if (config.os === platform.os && config.architecture === platform.architecture) return config
  throw platformMissing(reference, [`${config.os}/${config.architecture}`], platform)
}
