import { type Digest, parseDigest } from './digest.ts'
import { malformed, readObject, readOptional, readString, readStringMap } from './json.ts'

/** Names content by type, digest and size in bytes (OCI image spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
  readonly platform?: {
    readonly os: string
    readonly architecture: string
    readonly variant?: string
  }
  readonly annotations?: Readonly<Record<string, string>>
}

/** @throws ContainerImageError MANIFEST_INVALID, DIGEST_INVALID */
export function parseDescriptor(value: unknown, what: string): Descriptor {
  const { mediaType, digest, size, platform, annotations } = readObject(value, what)
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    return malformed(what, `its size is ${JSON.stringify(size)}`)
  }
  const read = {
    platform: readOptional(platform, `${what}.platform`, parsePlatform),
    annotations: readOptional(annotations, `${what}.annotations`, readStringMap),
  }
  return {
    mediaType: readString(mediaType, `${what}.mediaType`),
    digest: parseDigest(digest),
    size,
    ...(read.platform !== undefined && { platform: read.platform }),
    ...(read.annotations !== undefined && { annotations: read.annotations }),
  }
}

function parsePlatform(value: unknown, what: string): NonNullable<Descriptor['platform']> {
  const json = readObject(value, what)
  const variant = readOptional(json['variant'], `${what}.variant`, readString)
  return {
    os: readString(json['os'], `${what}.os`),
    architecture: readString(json['architecture'], `${what}.architecture`),
    ...(variant !== undefined && { variant }),
  }
}

/** Bytes of several, all together. */
export function totalSize(parts: readonly { readonly size: number }[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0)
}
