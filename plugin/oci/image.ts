import type { OciConfig } from './config.ts'
import type { Descriptor } from './descriptor.ts'
import { digestOf, type Digest } from './digest.ts'
import type { LayerFacts } from './layer.ts'
import type { Manifest } from './manifest.ts'
import { mediaTypes, type MediaTypeFamily } from './media-types.ts'
import type { Platform } from './platform.ts'
import { stableJson } from './stable-json.ts'

/** A document of ours: what goes to the registry, and how it is named there. */
export interface Document {
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
}

/** A layer to be laid on a base. */
export interface AddedLayer {
  readonly descriptor: Descriptor
  readonly diffId: Digest
  /** What the layer holds, for the image's history. */
  readonly holds: string
}

/** A gzipped layer, to be laid on a base. */
export function addedLayer({ digest, size, diffId }: LayerFacts, holds: string): AddedLayer {
  return { descriptor: { mediaType: mediaTypes.oci.layer, digest, size }, diffId, holds }
}

/** Images differ by content only, so every one of them is as old as the others. */
const epoch = '1970-01-01T00:00:00Z'
const author = 'arc-plugin-container-images'

/**
 * The base with layers on top: its environment, entry point, command and history are kept, and so
 * is its family of media types, because Lambda refuses a mixture.
 */
export function assembleImage(input: {
  readonly baseManifest: Manifest
  readonly baseConfig: OciConfig
  readonly layers: readonly AddedLayer[]
  readonly labels: Readonly<Record<string, string>>
}): { readonly config: Document; readonly manifest: Document } {
  const { baseManifest, baseConfig, layers, labels } = input
  const family = familyOf(baseManifest)
  const config: OciConfig = {
    ...baseConfig,
    created: epoch,
    config: {
      ...baseConfig.config,
      WorkingDir: '/var/task',
      Labels: { ...baseConfig.config?.Labels, ...labels },
    },
    rootfs: {
      type: 'layers',
      diff_ids: [...baseConfig.rootfs.diff_ids, ...layers.map(({ diffId }) => diffId)],
    },
    ...historyWith(baseConfig, layers),
  }
  return assemble(family, config, [
    ...baseManifest.layers.map(plain),
    ...layers.map(({ descriptor }) => ({
      ...plain(descriptor),
      mediaType: mediaTypes[family].layer,
    })),
  ])
}

/**
 * A small image of nothing but layers. Its tag lets any machine find them, and holds their bytes in
 * the registry; what must be known of them is in annotations, so that one request tells all.
 */
export function assembleLayerImage(input: {
  readonly platform: Platform
  /** From the bottom up. */
  readonly layers: readonly AddedLayer[]
  readonly annotations: Readonly<Record<string, string>>
}): { readonly config: Document; readonly manifest: Document } {
  const { platform, layers, annotations } = input
  const config: OciConfig = {
    created: epoch,
    architecture: platform.architecture,
    os: platform.os,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(historyOf),
  }
  const descriptors = layers.map(({ descriptor }) => ({
    ...plain(descriptor),
    mediaType: mediaTypes.oci.layer,
  }))
  return assemble('oci', config, descriptors, annotations)
}

function familyOf(manifest: Manifest): MediaTypeFamily {
  return manifest.mediaType === mediaTypes.docker.manifest ? 'docker' : 'oci'
}

function assemble(
  family: MediaTypeFamily,
  config: OciConfig,
  layers: readonly Descriptor[],
  annotations?: Readonly<Record<string, string>>,
): { config: Document; manifest: Document } {
  const configDocument = documentOf(mediaTypes[family].config, config)
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes[family].manifest,
    config: configDocument.descriptor,
    layers,
    ...(annotations !== undefined && { annotations }),
  }
  return { config: configDocument, manifest: documentOf(mediaTypes[family].manifest, manifest) }
}

function documentOf(mediaType: string, content: object): Document {
  const bytes = Buffer.from(stableJson(content))
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes }
}

/** Only what names the bytes: a base may carry annotations of its own. */
function plain({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size }
}

/** A history that does not tell of every layer is left as it is: more would not make it true. */
function historyWith(
  base: OciConfig,
  layers: readonly AddedLayer[],
): Pick<OciConfig, 'history'> | undefined {
  const told = base.history?.filter((entry) => entry.empty_layer !== true).length ?? 0
  if (told !== base.rootfs.diff_ids.length) return undefined
  return { history: [...(base.history ?? []), ...layers.map(historyOf)] }
}

function historyOf({ holds }: AddedLayer): { created: string; created_by: string } {
  return { created: epoch, created_by: `${author}: ${holds}` }
}
