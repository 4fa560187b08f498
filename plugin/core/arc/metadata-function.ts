import { textOf } from '../basics/is-record.ts'

/** Where Architect's own mark on a function differs from inventory's word. */
const pragmas: Readonly<Record<string, string>> = {
  custom: 'customLambdas',
  tables: 'tables-streams',
}

/** The two words that name a function, from `ArcMetadata` of a template; others have none. */
export function metadataFunction(
  arcMetadata: Readonly<Record<string, unknown>> | undefined,
): { readonly pragma: string; readonly name: string } | undefined {
  const pragma = textOf(arcMetadata?.['pragma'])
  const name = textOf(arcMetadata?.['name'])
  if (pragma === undefined || name === undefined) return undefined
  return { pragma: pragmas[pragma] ?? pragma, name }
}
