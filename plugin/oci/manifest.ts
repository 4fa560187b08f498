import { type Descriptor, parseDescriptor } from './descriptor.ts'
import {
  type JsonObject,
  malformed,
  parseJsonObject,
  readArray,
  readOptional,
  readStringMap,
} from './json.ts'
import { mediaTypes } from './media-types.ts'

/** An image for one platform (OCI image spec, manifest.md; Docker schema 2 has the same shape). */
export interface Manifest {
  readonly schemaVersion: 2
  readonly mediaType: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly annotations?: Readonly<Record<string, string>>
}

/** Several manifests under one name (OCI image-index.md); Lambda refuses one. */
export interface Index {
  readonly schemaVersion: 2
  readonly mediaType: string
  readonly manifests: readonly Descriptor[]
}

const kinds: ReadonlyMap<string, 'manifest' | 'index'> = new Map(
  Object.values(mediaTypes).flatMap(({ index, manifest }) => [
    [manifest, 'manifest'] as const,
    [index, 'index'] as const,
  ]),
)

/** Whether a media type names one image, several, or neither. */
export function kindOf(mediaType: string): 'manifest' | 'index' | undefined {
  return kinds.get(mediaType)
}

/**
 * The media type that the bytes themselves claim, for those that come from a cache.
 * OCI lets it out: then the shape decides.
 */
export function mediaTypeOf(bytes: Uint8Array): string {
  const { mediaType, manifests } = parseJsonObject(bytes, 'The manifest')
  if (typeof mediaType === 'string') return mediaType
  return manifests === undefined ? mediaTypes.oci.manifest : mediaTypes.oci.index
}

/**
 * The manifest of one image, as a registry served it under `mediaType`.
 * @throws ContainerImageError MANIFEST_INVALID, DIGEST_INVALID
 */
export function parseManifest(bytes: Uint8Array, mediaType: string): Manifest {
  const what = 'The manifest'
  const json = parseVersion2(bytes, mediaType, 'manifest', what)
  // A document that is both is the ambiguity of CVE-2021-41190.
  if (json['manifests'] !== undefined) malformed(what, 'it is an index too')
  const annotations = readOptional(json['annotations'], `${what}'s annotations`, readStringMap)
  return {
    schemaVersion: 2,
    mediaType,
    config: parseDescriptor(json['config'], `${what}'s config`),
    layers: readArray(json['layers'], `${what}'s layers`).map((layer, at) =>
      parseDescriptor(layer, `${what}'s layer ${at + 1}`),
    ),
    ...(annotations !== undefined && { annotations }),
  }
}

/**
 * An index or Docker's manifest list, as a registry served it under `mediaType`.
 * @throws ContainerImageError MANIFEST_INVALID, DIGEST_INVALID
 */
export function parseIndex(bytes: Uint8Array, mediaType: string): Index {
  const what = 'The index'
  const json = parseVersion2(bytes, mediaType, 'index', what)
  if (json['layers'] !== undefined || json['config'] !== undefined) {
    malformed(what, 'it is a manifest too')
  }
  return {
    schemaVersion: 2,
    mediaType,
    manifests: readArray(json['manifests'], `${what}'s manifests`).map((entry, at) =>
      parseDescriptor(entry, `${what}'s manifest ${at + 1}`),
    ),
  }
}

function parseVersion2(
  bytes: Uint8Array,
  mediaType: string,
  kind: 'manifest' | 'index',
  what: string,
): JsonObject {
  if (kindOf(mediaType) !== kind) malformed(what, `its media type is '${mediaType}'`)
  const json = parseJsonObject(bytes, what)
  if (json['schemaVersion'] !== 2) malformed(what, 'its schemaVersion is not 2')
  const own = json['mediaType']
  if (own !== undefined && own !== mediaType) {
    malformed(what, `it was served as '${mediaType}' and calls itself ${JSON.stringify(own)}`)
  }
  return json
}
