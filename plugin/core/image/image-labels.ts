import type { Descriptor } from '../../oci/descriptor.ts'
import { isRecord } from '../basics/is-record.ts'

const prefix = 'dev.arc-plugin-container-images'

/** What the embedded builder writes into an image's config. */
export const imageLabels = {
  image: `${prefix}.image`,
  /** Reference and digest of the base. */
  base: `${prefix}.base`,
  /** Digest of the bundle. */
  bundle: `${prefix}.bundle`,
  /** Digest over what decides the layers of packages. */
  dependencies: `${prefix}.dependencies`,
  /** JSON: of each layer of packages the digest over what decides it, and its uncompressed size. */
  dependencyLayers: `${prefix}.dependency-layers`,
  /** JSON: ARNs of the Lambda layers whose content is in it. */
  lambdaLayers: `${prefix}.lambda-layers`,
  /** Bytes of all layers. */
  uncompressedSize: `${prefix}.uncompressed-size`,
  /** JSON: how many layers each part has. */
  parts: `${prefix}.parts`,
} as const

/** The layers of an image of the embedded builder, from the bottom up. */
export type LayerParts = Readonly<Record<(typeof parts)[number], readonly Descriptor[]>>

const parts = ['base', 'dependencies', 'app'] as const

/** An image that a Dockerfile builds upon one of ours inherits its labels, and has more layers. */
export function layerParts(
  labels: Readonly<Record<string, string>> | null | undefined,
  layers: readonly Descriptor[],
): LayerParts | undefined {
  const counts = parseCounts(labels?.[imageLabels.parts])
  if (counts === undefined || counts.base + counts.dependencies + counts.app !== layers.length)
    return undefined
  const above = counts.base + counts.dependencies
  return {
    base: layers.slice(0, counts.base),
    dependencies: layers.slice(counts.base, above),
    app: layers.slice(above),
  }
}

function parseCounts(label = ''): Record<(typeof parts)[number], number> | undefined {
  try {
    const counts: unknown = JSON.parse(label)
    if (!isRecord(counts)) return undefined
    const count = (part: string): number => Number(counts[part] ?? 0) || 0
    return { base: count('base'), dependencies: count('dependencies'), app: count('app') }
  } catch {
    return undefined
  }
}
