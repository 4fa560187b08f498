import { createHash } from 'node:crypto'
import { join } from 'node:path'

import { defaultCacheDirectory } from '../cache/cache-directory.ts'

/** Where the functions of an app find their packages: written by the sandbox, read by each function. */
export function sandboxTableFile(
  appDirectory: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const name = createHash('sha256').update(appDirectory).digest('hex')
  return join(defaultCacheDirectory(environment), 'sandbox', `${name}.json`)
}
