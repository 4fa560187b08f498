import { hash } from 'node:crypto'
import { join } from 'node:path'

import type { PlannedImage } from '../../core/model.ts'
import { stableJson } from '../../oci/stable-json.ts'
import { ownVersion } from '../own-version.ts'

/** Where the edges of an image's bundles are kept; its time is that of the last walk through such an image. */
export function edgesRecord(
  { name, architecture }: Pick<PlannedImage, 'name' | 'architecture'>,
  cacheDirectory: string,
): string {
  const about = hash('sha256', stableJson([ownVersion(), name, architecture]), 'hex')
  return join(cacheDirectory, 'bundles', `${about}.edges`)
}
