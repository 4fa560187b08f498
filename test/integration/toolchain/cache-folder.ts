import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where slow results stay between runs; everything in it is named by what it was made from. */
export function cacheFolder(): string {
  return (
    process.env['ARC_CONTAINER_IMAGES_TOOLCHAIN_CACHE'] ??
    join(homedir(), '.cache/arc-plugin-container-images-toolchain')
  )
}
