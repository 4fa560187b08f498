import { mkdirSync, statSync } from 'node:fs'
// By its default, since an old Node has to get as far as the line that says so.
import module from 'node:module'
import { join } from 'node:path'

import { defaultCacheDirectory } from './cache-directory.ts'
import { othersWho } from './others-who.ts'

/**
 * What is loaded from here on is kept as Node compiled it, and taken from there the next time. Only
 * in a cache that is there already and that nobody else may write, as it is code that runs; what is
 * in the way of it costs time alone. `NODE_DISABLE_COMPILE_CACHE` and `NODE_COMPILE_CACHE` mean what
 * they mean to Node.
 */
export function keepCompiled(cacheDirectory = defaultCacheDirectory()): void {
  const directory = join(cacheDirectory, 'compiled')
  try {
    if (othersWho(statSync(cacheDirectory)) !== undefined) return
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    if (othersWho(statSync(directory)) === undefined) module.enableCompileCache?.(directory)
  } catch {
    // No cache yet, or none that can be written, which a deploy says where it matters.
  }
}
