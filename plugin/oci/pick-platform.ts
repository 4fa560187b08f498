import { ContainerImageError } from '../errors.ts'
import type { Descriptor } from './descriptor.ts'
import { type Index, kindOf } from './manifest.ts'
import { type Platform, formatPlatform } from './platform.ts'

/**
 * The one manifest of an index that fits a platform. `arm64` and `arm64/v8` are the same CPU.
 * @throws ContainerImageError BASE_PLATFORM_MISSING
 */
export function pickPlatform(index: Index, platform: Platform, reference: string): Descriptor {
  const images = index.manifests.filter(({ mediaType }) => kindOf(mediaType) === 'manifest')
  const found = images.find((image) => fits(image, platform))
  if (found !== undefined) return found
  throw platformMissing(reference, images.flatMap(describe), platform)
}

export function platformMissing(
  reference: string,
  offered: readonly string[],
  platform: Platform,
): ContainerImageError {
  const seen = offered.length === 0 ? 'no platform at all' : [...new Set(offered)].join(', ')
  const wanted = formatPlatform(platform)
  return new ContainerImageError(
    'BASE_PLATFORM_MISSING',
    `${reference} offers ${seen}, not ${wanted}. Choose a base that publishes ${wanted}.`,
  )
}

function fits({ platform: offered }: Descriptor, { os, architecture }: Platform): boolean {
  if (offered?.os !== os || offered.architecture !== architecture) return false
  return (
    offered.variant === undefined ||
    offered.variant === '' ||
    (architecture === 'arm64' && offered.variant === 'v8')
  )
}

/** buildx marks its attestations as manifests for `unknown/unknown`; they are no platform. */
function describe({ platform }: Descriptor): readonly string[] {
  if (platform === undefined || platform.os === 'unknown') return []
  const variant = platform.variant ? `/${platform.variant}` : ''
  return [`${platform.os}/${platform.architecture}${variant}`]
}
