import type { OciConfig } from '../oci/config.ts'
import type { Digest } from '../oci/digest.ts'
import type { Manifest } from '../oci/manifest.ts'
import type { Platform } from '../oci/platform.ts'
import type { Repository } from './repository.ts'

/** A base image for one platform, resolved once a deploy. */
export interface BaseImage {
  readonly reference: string
  /** Digest of the platform's own manifest. */
  readonly digest: Digest
  readonly platform: Platform
  /** Read only when an image has to be made or checked. */
  manifest(): Promise<Manifest>
  config(): Promise<OciConfig>
  readonly repository: Repository
}
