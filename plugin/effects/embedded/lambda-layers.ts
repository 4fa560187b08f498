import type { EmbeddedParts } from '../../core/image/assemble-embedded.ts'
import type { PlannedImage } from '../../core/model.ts'
import { addedLayer } from '../../oci/image.ts'
import type { LayerFacts } from '../../oci/layer.ts'
import type { Layer } from '../../ports/layer.ts'

export const lambdaLayerHolds = 'layer'

/** An image's Lambda layers as a part of it; nothing where it has none. */
export function lambdaLayersOf(
  { layers: arns = [] }: PlannedImage,
  layers: readonly Layer[],
): Pick<EmbeddedParts, 'lambdaLayers'> {
  if (layers.length === 0) return {}
  return {
    lambdaLayers: { arns, layers: layers.map((one) => addedLayer(factsOf(one), lambdaLayerHolds)) },
  }
}

export function factsOf({ descriptor, diffId, uncompressedSize }: Layer): LayerFacts {
  const { digest, size } = descriptor
  return { digest, size, diffId, uncompressedSize }
}

/** Bytes. */
export function totalUncompressed(layers: readonly Pick<LayerFacts, 'uncompressedSize'>[]): number {
  return layers.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0)
}
