import { isRecord } from '../basics/is-record.ts'
import { type Digest, isDigest } from '../../oci/digest.ts'
import { leastSize, type LayerFacts } from '../../oci/layer.ts'
import type { NeededLibraries, NeededVersion } from '../natives/needed-libraries.ts'
import { leftOutReasons, type LeftOut } from '../natives/native-target.ts'

/** A package of a layer. */
export interface LayerPackage {
  readonly name: string
  readonly version: string
  /** Unpacked. */
  readonly bytes: number
}

/** One of the layers of an image's packages. */
export interface PackageLayer extends LayerFacts {
  /** Digest over what decides its bytes; absent in records that an older version wrote. */
  readonly key?: Digest
  /** Empty in records that an older version wrote. */
  readonly packages: readonly LayerPackage[]
}

/** The layers of an image's packages and what must be known of them without installing anything. */
export interface DependencyRecord extends NeededLibraries {
  /** Digest over what decides the layers: what this record claims to be of. */
  readonly fingerprint: Digest
  /** From the bottom up. */
  readonly layers: readonly PackageLayer[]
  /** Versions of the packages that the image's own package.json names. */
  readonly direct: Readonly<Record<string, string>>
  readonly leftOut: readonly LeftOut[]
  /** Packages whose install scripts did not run. */
  readonly scriptsNotRun: readonly string[]
  /** What of it a handler may load, and that it was seen to load whole: `require sharp`. */
  readonly loads?: readonly string[]
}

/** What deflate makes of zeros (RFC 1951: 258 bytes a symbol of two bits). */
const greatestRatio = 1032

/** A record as it was written to the cache or to an annotation; anything else is none. */
export function parseDependencyRecord(value: unknown): DependencyRecord | undefined {
  if (!isRecord(value)) return undefined
  const { fingerprint, direct, leftOut, scriptsNotRun, loads, glibc, libstdcxx } = value
  const layers = parseLayers(value)
  if (
    layers === undefined ||
    !isDigest(fingerprint) ||
    !isStringMap(direct) ||
    !isListOf(leftOut, isLeftOut) ||
    !isListOf(scriptsNotRun, isString) ||
    !(loads === undefined || isListOf(loads, isString)) ||
    !(glibc === undefined || isNeeded(glibc)) ||
    !(libstdcxx === undefined || isNeeded(libstdcxx))
  ) {
    return undefined
  }
  const known = { fingerprint, layers, direct, leftOut, scriptsNotRun }
  return {
    ...known,
    ...(glibc && { glibc }),
    ...(libstdcxx && { libstdcxx }),
    ...(loads && { loads }),
  }
}

/** Until version 3 of the fingerprint all packages were in one layer. */
function parseLayers({ layer, layers }: Readonly<Record<string, unknown>>) {
  if (layers === undefined) {
    const facts = parseLayerFacts(layer)
    return facts && [{ ...facts, packages: [] }]
  }
  if (!Array.isArray(layers) || layers.length === 0) return undefined
  const parsed = layers.map(parseLayer)
  return parsed.every((one) => one !== undefined) ? parsed : undefined
}

function parseLayer(value: unknown): PackageLayer | undefined {
  const facts = parseLayerFacts(value)
  if (facts === undefined || !isRecord(value)) return undefined
  const { key, packages } = value
  if (!isDigest(key) || !isListOf(packages, isLayerPackage)) return undefined
  return { ...facts, key, packages }
}

/** A layer as a record has it; anything else is none. */
export function parseLayerFacts(value: unknown): LayerFacts | undefined {
  if (!isRecord(value)) return undefined
  const { diffId, digest, size, uncompressedSize } = value
  if (!isCount(size) || !isCount(uncompressedSize)) return undefined
  if (uncompressedSize < leastSize(size) || uncompressedSize > size * greatestRatio)
    return undefined
  return isDigest(diffId) && isDigest(digest)
    ? { diffId, digest, size, uncompressedSize }
    : undefined
}

const reasons: ReadonlySet<unknown> = new Set(leftOutReasons)

function isLeftOut(value: unknown): value is LeftOut {
  return (
    isRecord(value) &&
    isString(value['package']) &&
    (value['bytes'] === undefined || isCount(value['bytes'])) &&
    reasons.has(value['reason'])
  )
}

function isLayerPackage(value: unknown): value is LayerPackage {
  return (
    isRecord(value) && isWord(value['name']) && isWord(value['version']) && isCount(value['bytes'])
  )
}

function isNeeded(value: unknown): value is NeededVersion {
  if (!isRecord(value) || !isString(value['version']) || !isString(value['file'])) return false
  return /^\d+(?:\.\d+)+$/.test(value['version'])
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isListOf<T>(value: unknown, is: (entry: unknown) => entry is T): value is T[] {
  return Array.isArray(value) && value.every(is)
}

function isStringMap(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every(isString)
}

/** It is printed, and whoever may push has written it. */
function isWord(value: unknown): value is string {
  return isString(value) && !/[\p{C}\p{Z}]/u.test(value)
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}
