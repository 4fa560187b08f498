/** Architect's pragmas that have functions, by the name that inventory lists them under. */
export const functionPragmas = [
  'http',
  'events',
  'queues',
  'scheduled',
  'tables-streams',
  'ws',
  'customLambdas',
] as const

export const httpMethods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'any']

const spellings: Readonly<Record<string, string>> = {
  event: 'events',
  queue: 'queues',
  schedule: 'scheduled',
  'tables-stream': 'tables-streams',
  'table-streams': 'tables-streams',
  'table-stream': 'tables-streams',
  websocket: 'ws',
  websockets: 'ws',
  customlambdas: 'customLambdas',
  customlambda: 'customLambdas',
  'custom-lambdas': 'customLambdas',
  'custom-lambda': 'customLambdas',
  custom: 'customLambdas',
}

/** Every first word of a line that names a kind of function other than HTTP, for suggestions. */
export const kindNames: readonly string[] = functionPragmas.filter((pragma) => pragma !== 'http')

/** The pragma that a word means: the singular and either case are taken. */
export function pragmaOf(word: string): string | undefined {
  const lower = word.toLowerCase()
  return kindNames.find((pragma) => pragma === lower) ?? spellings[lower]
}

/** As a line of `@container-images` names it: `get /` or `scheduled compact`. */
export function formatFunction(pragma: string, name: string): string {
  return pragma === 'http' ? name : `${pragma} ${name}`
}
