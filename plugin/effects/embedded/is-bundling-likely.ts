import { statSync } from 'node:fs'

import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { edgesRecord } from './edges-record.ts'

/** What of an image decides. */
type ForeseenImage = Pick<PlannedImage, 'name' | 'architecture' | 'language'> & {
  readonly definition: Pick<PlannedImage['definition'], 'kind'>
  readonly functions: readonly Pick<ImageFunction, 'entryFile'>[]
}

/**
 * Whether a function is likely to be bundled: its entry has changed since its image was last walked
 * through on this machine. Whether it has to be is found out later, by content.
 */
export function isBundlingLikely(image: ForeseenImage, cacheDirectory: string): boolean {
  if (image.language === 'python' || image.definition.kind !== 'package') return false
  const last = changedAt(edgesRecord(image, cacheDirectory))
  return image.functions.some(({ entryFile }) => changedAt(entryFile) > last)
}

/** In milliseconds; what cannot be seen has never changed. */
function changedAt(file: string): number {
  try {
    return statSync(file).ctimeMs
  } catch {
    return 0
  }
}
