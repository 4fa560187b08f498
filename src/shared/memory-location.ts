import { join } from 'node:path'

/**
 * Where LanceDB keeps its tables. `MEMORY_URI` (on AWS the app's own bucket, see
 * `src/plugins/memory-bucket.ts`) decides; the sandbox falls back to a folder of the project.
 */
export function memoryLocation(environment: Readonly<Record<string, string | undefined>>): string {
  const { MEMORY_URI: uri, ARC_SANDBOX: sandbox } = environment
  if (uri) return uri
  const directory = sandbox === undefined ? undefined : projectOf(sandbox)
  if (directory !== undefined) return join(directory, '.agent-memory')
  throw new Error(
    'MEMORY_URI is not set, so there is no place to keep memories. Set it to s3://BUCKET/PREFIX; ' +
      "a Lambda function's own disk does not last.",
  )
}

function projectOf(sandbox: string): string | undefined {
  const data: unknown = JSON.parse(sandbox)
  if (typeof data !== 'object' || data === null || !('cwd' in data)) return undefined
  return typeof data.cwd === 'string' ? data.cwd : undefined
}
