import { formatFunction, pragmaOf } from '../arc/function-kinds.ts'
import { textOf } from '../basics/is-record.ts'
import type { LiveFunction } from '../template/live-functions.ts'

/** What the app calls the functions of a template (`get /`, `scheduled compact`), by logical id. */
export function functionNames(
  functions: readonly Pick<LiveFunction, 'logicalId' | 'arcMetadata'>[],
): ReadonlyMap<string, string> {
  const named = functions.flatMap(({ logicalId, arcMetadata }) => {
    const [pragma, name] = [textOf(arcMetadata?.['pragma']), textOf(arcMetadata?.['name'])]
    if (pragma === undefined || name === undefined) return []
    return [[logicalId, formatFunction(pragmaOf(pragma) ?? pragma, name)] as const]
  })
  return new Map(named)
}
