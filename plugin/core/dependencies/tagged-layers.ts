import type { Descriptor } from '../../oci/descriptor.ts'
import { kindOf, parseManifest } from '../../oci/manifest.ts'
import { isSame } from '../basics/is-same.ts'
import { type DependencyRecord, parseDependencyRecord } from './dependency-record.ts'

/** Where the manifest of an image's layers of packages keeps their record, as JSON. */
export const recordAnnotation = 'dev.arc-plugin-container-images.dependencies'

/** What a tag of layers of packages holds, and says of them. */
export interface TaggedLayers {
  readonly layers: readonly Descriptor[]
  /** Absent: no record of exactly these layers. */
  readonly record?: DependencyRecord
}

/** @returns undefined for what is no layers of packages */
export function readTaggedLayers(served: {
  readonly bytes: Uint8Array
  readonly mediaType: string
}): TaggedLayers | undefined {
  if (kindOf(served.mediaType) !== 'manifest') return undefined
  const { layers, annotations } = parseManifest(served.bytes, served.mediaType)
  if (layers.length === 0) return undefined
  const record = parseDependencyRecord(parseJson(annotations?.[recordAnnotation]))
  return record !== undefined && isSame(layers.map(named), record.layers.map(named))
    ? { layers, record }
    : { layers }
}

function named({ digest, size }: Pick<Descriptor, 'digest' | 'size'>) {
  return { digest, size }
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
