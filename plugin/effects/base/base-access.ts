import { type AwsInventory, openAws } from '../aws/client.ts'
import { defaultCacheDirectory } from '../cache/cache-directory.ts'
import { type HostMap, parseHostMap } from '../registry/host-map.ts'
import { openBaseCredentials } from './base-credentials.ts'
import type { BaseImageOptions } from './base-image.ts'

interface BaseAccess extends BaseImageOptions {
  readonly hostMap: HostMap
  readonly cacheDirectory: string
}

/** How a deploy reaches the registries of bases. AWS is asked only for a base in private ECR. */
export function baseAccess({
  inventory,
  environment,
}: {
  readonly inventory: AwsInventory
  readonly environment: Readonly<Record<string, string | undefined>>
}): BaseAccess {
  const { aws } = inventory.inv
  return {
    hostMap: parseHostMap(environment['ARC_CONTAINER_IMAGES_REGISTRIES'] ?? ''),
    cacheDirectory: defaultCacheDirectory(environment),
    authorization: openBaseCredentials({
      aws: (region) => openAws({ inventory: { inv: { aws: { ...aws, region } } } }),
      environment,
    }),
  }
}
