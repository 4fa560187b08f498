import { relative } from 'node:path'

import type { PlannedImage } from '../../core/model.ts'
import type { Console } from '../architect/console.ts'
import { ensureLockfile } from './ensure-lockfile.ts'

/** Makes missing lockfiles, one a folder: images of one name share theirs. */
export function createLockfiles(options: {
  readonly cacheDirectory: string
  readonly console: Console
}): (image: PlannedImage) => Promise<PlannedImage> {
  const made = new Map<string, ReturnType<typeof ensureLockfile>>()
  return async (image) => {
    const { directory } = image.definition
    const running = made.get(directory) ?? ensureLockfile(image, options)
    if (!made.has(directory)) {
      made.set(directory, running)
      const { created } = await running
      if (created !== undefined) {
        options.console.warn(
          `Made ${relative(process.cwd(), created)}, which was missing. Commit it.`,
        )
      }
    }
    return { ...image, definition: (await running).image.definition }
  }
}
