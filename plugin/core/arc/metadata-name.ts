import { formatFunction } from './function-kinds.ts'
import { metadataFunction } from './metadata-function.ts'

/** A function of a template, as far as its name for people goes. */
interface MarkedFunction {
  readonly logicalId: string
  readonly arcMetadata?: Readonly<Record<string, unknown>>
}

/** A deployed function as app.arc names it, by Architect's own mark; by its logical id without one. */
export function metadataName({ logicalId, arcMetadata }: MarkedFunction): string {
  return appName(arcMetadata) ?? logicalId
}

/** What the app calls the functions of a template (`get /`, `scheduled compact`), by logical id. */
export function appNames(functions: readonly MarkedFunction[]): ReadonlyMap<string, string> {
  return new Map(
    functions.flatMap(({ logicalId, arcMetadata }) => {
      const name = appName(arcMetadata)
      return name === undefined ? [] : [[logicalId, name] as const]
    }),
  )
}

function appName(arcMetadata: MarkedFunction['arcMetadata']): string | undefined {
  const found = metadataFunction(arcMetadata)
  return found && formatFunction(found.pragma, found.name)
}
