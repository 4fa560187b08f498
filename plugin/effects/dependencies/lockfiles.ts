import { oncePer } from '../../core/basics/once.ts'
import { relative } from 'node:path'

import type { PlannedImage } from '../../core/model.ts'
import type { Console } from '../architect/console.ts'
import { ensureLockfile } from './ensure-lockfile.ts'

/** Makes missing lockfiles, one a folder: images of one name share theirs. */
export function createLockfiles(options: {
  readonly cacheDirectory: string
  readonly console: Console
}): (image: PlannedImage) => Promise<PlannedImage> {
  const lock = oncePer(
    async (image: PlannedImage) => {
      const { created, image: locked } = await ensureLockfile(image, options)
      if (created !== undefined)
        options.console.warn(
          `Made ${relative(process.cwd(), created)}, which was missing. Commit it.`,
        )
      return locked.definition
    },
    (image) => image.definition.directory,
  )
  return async (image) => ({ ...image, definition: await lock(image) })
}
