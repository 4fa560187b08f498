import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { privateFolderName } from './private-folder.ts'
import { removeAbandoned } from './remove-abandoned.ts'
import { temporaryName } from './temporary-path.ts'

/** What deploys of this user's left that were killed, in the cache and for docker. */
export async function sweepLeftovers(cacheDirectory: string): Promise<void> {
  await Promise.all([
    removeAbandoned(join(cacheDirectory, 'temporary'), temporaryName),
    removeAbandoned(tmpdir(), privateFolderName),
  ])
}
