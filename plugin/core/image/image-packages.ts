import { type Digest, isDigest } from '../../oci/digest.ts'
import type { OciConfig } from '../../oci/config.ts'
import type { LayerFacts } from '../../oci/layer.ts'
import type { Manifest } from '../../oci/manifest.ts'
import { imageLabels, layerParts } from './image-labels.ts'
import { type PackageLayer, parseLayerFacts } from '../dependencies/dependency-record.ts'

/** A layer, and the digest over what decides its bytes. */
export type KeyedLayer = LayerFacts & { readonly key: Digest }

/** The layers of packages of an image, as its own manifest and config tell. */
export interface ImagePackages {
  readonly fingerprint: Digest
  /** From the bottom up. */
  readonly layers: readonly KeyedLayer[]
}

/** What the manifest does not tell of an image's layers of packages: a label's text. */
export function formatLayerKeys(layers: readonly PackageLayer[]): string {
  return JSON.stringify(layers.map(({ key, uncompressedSize }) => [key ?? null, uncompressedSize]))
}

/**
 * @returns undefined for an image without packages, of an older version, or whose parts do not fit
 * together
 */
export function imagePackages(manifest: Manifest, config: OciConfig): ImagePackages | undefined {
  const labels = config.config?.Labels
  const parts = layerParts(labels, manifest.layers)
  const fingerprint = labels?.[imageLabels.dependencies]
  const keys = parseKeys(labels?.[imageLabels.dependencyLayers])
  if (parts === undefined || !isDigest(fingerprint) || keys.length !== parts.dependencies.length)
    return undefined
  const layers = parts.dependencies.flatMap(({ digest, size }, at): KeyedLayer[] => {
    const [key, uncompressedSize] = keys[at] ?? []
    const diffId = config.rootfs.diff_ids[parts.base.length + at]
    const facts = parseLayerFacts({ digest, size, diffId, uncompressedSize })
    return facts !== undefined && isDigest(key) ? [{ ...facts, key }] : []
  })
  return layers.length === keys.length ? { fingerprint, layers } : undefined
}

function parseKeys(label = '[]'): readonly (readonly unknown[])[] {
  try {
    const keys: unknown = JSON.parse(label)
    return Array.isArray(keys) ? keys.filter((entry) => Array.isArray(entry)) : []
  } catch {
    return []
  }
}
