import type { OciConfig } from '../../oci/config.ts'
import type { Digest } from '../../oci/digest.ts'
import { addedLayer, type AddedLayer, assembleImage, type Document } from '../../oci/image.ts'
import type { Manifest } from '../../oci/manifest.ts'
import { formatPinned } from '../../oci/reference.ts'
import type { PackageLayer } from '../dependencies/dependency-record.ts'
import { formatLayerKeys } from './image-packages.ts'
import { imageLabels } from './image-labels.ts'
import { snapStartLabel } from './snap-start.ts'

/** All that decides an image of the embedded builder, once its layers are known. */
export interface EmbeddedParts {
  /** Name of the image. */
  readonly image: string
  readonly base: {
    readonly reference: string
    readonly digest: Digest
    readonly manifest: Manifest
    readonly config: OciConfig
  }
  /** Content of Lambda's layers, between base and packages. */
  readonly lambdaLayers?: {
    readonly arns: readonly string[]
    readonly layers: readonly AddedLayer[]
  }
  /** Absent when the image has no packages. */
  readonly dependencies?: {
    /** Digest over what decides the layers. */
    readonly fingerprint: Digest
    readonly layers: readonly PackageLayer[]
  }
  readonly app: readonly Omit<AddedLayer, 'holds'>[]
  /** Digest of the bundle that the app's layers hold. */
  readonly bundle: Digest
  /** A function of it has SnapStart. */
  readonly snapStart: boolean
  /** Bytes of all layers. */
  readonly uncompressedSize: number
}

/** The documents of an image: the same parts give the same bytes, on every machine. */
export function assembleEmbedded(parts: EmbeddedParts): {
  readonly config: Document
  readonly manifest: Document
} {
  const { image, base, lambdaLayers, dependencies, app, bundle, uncompressedSize, snapStart } =
    parts
  const counts = {
    base: base.manifest.layers.length + (lambdaLayers?.layers.length ?? 0),
    dependencies: dependencies?.layers.length ?? 0,
    app: app.length,
  }
  return assembleImage({
    baseManifest: base.manifest,
    baseConfig: base.config,
    layers: [
      ...(lambdaLayers?.layers ?? []),
      ...(dependencies?.layers ?? []).map((layer) => addedLayer(layer, 'dependencies')),
      ...app.map((layer) => ({ ...layer, holds: 'app' })),
    ],
    labels: {
      [imageLabels.image]: image,
      [imageLabels.base]: formatPinned(base.reference, base.digest),
      [imageLabels.bundle]: bundle,
      ...(dependencies !== undefined && {
        [imageLabels.dependencies]: dependencies.fingerprint,
        [imageLabels.dependencyLayers]: formatLayerKeys(dependencies.layers),
      }),
      ...(lambdaLayers && { [imageLabels.lambdaLayers]: JSON.stringify(lambdaLayers.arns) }),
      [imageLabels.uncompressedSize]: String(uncompressedSize),
      [imageLabels.parts]: JSON.stringify(counts),
      ...(snapStart && snapStartLabel),
    },
  })
}
