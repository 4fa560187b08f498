import { awsCodeOf } from '../aws/aws-error.ts'
import type { Answer, Aws } from '../aws/client.ts'

/** Of Lambda's API, for one function by its own name. */
export function functionPath(name: string): string {
  return `/2015-03-31/functions/${encodeURIComponent(name)}`
}

/**
 * What Lambda says of a function; `undefined` when it is gone meanwhile.
 * @param version `$LATEST` without one
 */
export async function getFunction(
  aws: Aws,
  name: string,
  version?: string,
): Promise<Answer | undefined> {
  const query = version === undefined ? {} : { query: { Qualifier: version } }
  try {
    return await aws.lambda(
      'GetFunction',
      { path: functionPath(name), ...query },
      `function '${name}'`,
    )
  } catch (error) {
    if (awsCodeOf(error) === 'ResourceNotFoundException') return undefined
    throw error
  }
}
