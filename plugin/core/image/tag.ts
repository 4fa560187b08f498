import { createHash } from 'node:crypto'

import { hexOf, type Digest } from '../../oci/digest.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import type { PlannedImage } from '../model.ts'
import { parseLiveTag } from './live-tag.ts'

/** Raised when the same inputs would make another image than before. */
const formatVersion = 2

/** Hex digits of a fingerprint in a tag. */
const fingerprintLength = 32

const architectures: readonly LambdaArchitecture[] = ['arm64', 'x86_64']

/** Begins the tags of images that have nothing but a layer of dependencies, for fresh machines. */
export const dependenciesPrefix = 'deps-'

const contentPattern = new RegExp(
  `^(.+)-(?:${architectures.join('|')})-[0-9a-f]{${fingerprintLength}}$`,
)

/** A content tag in a table: as many digits of its fingerprint as tables show of a digest. */
export function shortTag(tag: string): string {
  return contentPattern.test(tag) ? tag.slice(0, 12 - fingerprintLength) : tag
}

type NamedImage = Pick<PlannedImage, 'name' | 'architecture'>

/**
 * The image's tag: `<image>-<architecture>-<fingerprint, 32 hex>`. Equal tags mean equal images,
 * so a tag that is already in the repository needs no build and no push.
 * @param identity digest of what decides the image beside its bundle, from the image's builder
 */
export function imageTag(image: NamedImage, identity: Digest, bundle: Digest): string {
  const inputs = [formatVersion, image.name, image.architecture, identity, bundle]
  return contentTag(image, createHash('sha256').update(JSON.stringify(inputs)).digest('hex'))
}

/** The tag of an image's dependency layer: `deps-<image>-<architecture>-<fingerprint, 32 hex>`. */
export function dependenciesTag(image: NamedImage, fingerprint: Digest): string {
  return dependenciesPrefix + contentTag(image, hexOf(fingerprint))
}

/** What the content tags of an image begin with, one for each architecture. */
export function contentPrefixes(name: string): readonly string[] {
  return architectures.map((architecture) => contentPrefix({ name, architecture }))
}

export function isDependenciesTag(tag: string): boolean {
  return tag.startsWith(dependenciesPrefix) && contentPattern.test(tag)
}

/** Whether this plugin wrote a tag; what carries another one belongs to somebody else. */
export function isOwnTag(tag: string): boolean {
  return contentPattern.test(tag) || parseLiveTag(tag) !== undefined
}

/** The name of the image whose content these tags name. */
export function imageNameOf(tags: readonly string[]): string | undefined {
  return tags
    .filter((tag) => !isDependenciesTag(tag) && parseLiveTag(tag) === undefined)
    .map((tag) => contentPattern.exec(tag)?.[1])
    .find((name) => name !== undefined)
}

function contentTag(image: NamedImage, hex: string): string {
  return contentPrefix(image) + hex.slice(0, fingerprintLength)
}

function contentPrefix({ name, architecture }: NamedImage): string {
  return `${name}-${architecture}-`
}
