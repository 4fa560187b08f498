import { formatFunction } from '../arc/function-kinds.ts'
import { metadataFunction } from '../arc/metadata-function.ts'
import type { LiveFunction } from '../template/live-functions.ts'

/** What the app calls the functions of a template (`get /`, `scheduled compact`), by logical id. */
export function functionNames(
  functions: readonly Pick<LiveFunction, 'logicalId' | 'arcMetadata'>[],
): ReadonlyMap<string, string> {
  const named = functions.flatMap(({ logicalId, arcMetadata }) => {
    const found = metadataFunction(arcMetadata)
    return found === undefined
      ? []
      : [[logicalId, formatFunction(found.pragma, found.name)] as const]
  })
  return new Map(named)
}
