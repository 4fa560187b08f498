import type { Descriptor } from '../../oci/descriptor.ts'
import { kindOf, parseManifest } from '../../oci/manifest.ts'
import { type DependencyRecord, parseDependencyRecord } from './dependency-record.ts'

/** Where the manifest of a layer of packages keeps its record, as JSON. */
export const recordAnnotation = 'dev.arc-plugin-container-images.dependencies'

/** What a tag of a layer of packages holds, and says of it. */
export interface TaggedLayer {
  readonly layer: Descriptor
  /** Absent: no record of exactly this layer. */
  readonly record?: DependencyRecord
}

/** @returns undefined for what is no layer of packages */
export function readTaggedLayer(served: {
  readonly bytes: Uint8Array
  readonly mediaType: string
}): TaggedLayer | undefined {
  if (kindOf(served.mediaType) !== 'manifest') return undefined
  const { layers, annotations } = parseManifest(served.bytes, served.mediaType)
  const [layer] = layers
  if (layer === undefined || layers.length > 1) return undefined
  const record = parseDependencyRecord(parseJson(annotations?.[recordAnnotation]))
  const same = layer.digest === record?.layer.digest && layer.size === record.layer.size
  return same ? { layer, record } : { layer }
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
