import { formatFunction } from './function-kinds.ts'
import { metadataFunction } from './metadata-function.ts'

/** A deployed function as app.arc names it, by Architect's own mark; by its logical id without one. */
export function metadataName({
  logicalId,
  arcMetadata,
}: {
  readonly logicalId: string
  readonly arcMetadata?: Readonly<Record<string, unknown>>
}): string {
  const found = metadataFunction(arcMetadata)
  return found === undefined ? logicalId : formatFunction(found.pragma, found.name)
}
