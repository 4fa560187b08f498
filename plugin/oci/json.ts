import { ContainerImageError } from '../errors.ts'

/** JSON from a registry, not yet looked into. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Manifests and configs are small; what is larger is a mistake or an attack. */
export const maximumJsonSize = 4 * 1024 * 1024

/** `what` was not as the OCI specification has it. */
export function malformed(what: string, seen: string): never {
  throw new ContainerImageError(
    'MANIFEST_INVALID',
    `${what}: ${seen}. Use an image that follows the OCI image specification.`,
  )
}

/** @throws ContainerImageError MANIFEST_INVALID */
export function parseJsonObject(bytes: Uint8Array, what: string): JsonObject {
  if (bytes.length > maximumJsonSize) malformed(what, `${bytes.length} bytes are too many`)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return malformed(what, 'it is not JSON')
  }
  return readObject(value, what)
}

export function readObject(value: unknown, what: string): JsonObject {
  if (!isObject(value)) return malformed(what, 'it is not an object')
  return value
}

export function readArray(value: unknown, what: string): readonly unknown[] {
  return Array.isArray(value) ? value : malformed(what, 'it is not a list')
}

export function readString(value: unknown, what: string): string {
  return typeof value === 'string' ? value : malformed(what, 'it is not text')
}

/** Absent and `null` are the same: Go's encoder writes either. */
export function readOptional<T>(
  value: unknown,
  what: string,
  read: (value: unknown, what: string) => T,
): T | undefined {
  return value === undefined || value === null ? undefined : read(value, what)
}

export function readStrings(value: unknown, what: string): readonly string[] {
  return readArray(value, what).map((entry) => readString(entry, what))
}

export function readStringMap(value: unknown, what: string): Readonly<Record<string, string>> {
  const entries = Object.entries(readObject(value, what))
  return Object.fromEntries(entries.map(([key, entry]) => [key, readString(entry, what)]))
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
