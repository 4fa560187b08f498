import { createHash } from 'node:crypto'

import type { Digest } from '../../oci/digest.ts'
import type { PlannedImage } from '../model.ts'

/** Raised when the same inputs would make another image than before. */
const formatVersion = 1

/**
 * The image's tag: `<image>-<architecture>-<fingerprint, 32 hex>`. Equal tags mean equal images,
 * so a tag that is already in the repository needs no build and no push.
 * @param identity digest of what decides the image beside its bundle, from the image's builder
 */
export function imageTag(image: PlannedImage, identity: Digest, bundle: Digest): string {
  const inputs = [formatVersion, image.name, image.architecture, identity, bundle]
  const fingerprint = createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 32)
  return `${image.name}-${image.architecture}-${fingerprint}`
}
