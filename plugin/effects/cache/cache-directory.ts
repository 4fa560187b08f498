import { homedir } from 'node:os'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Outside of every repository, and safe to delete at any time: `ARC_CONTAINER_IMAGES_CACHE`, else
 * the platform's own place for caches.
 */
export function defaultCacheDirectory(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const own = environment['ARC_CONTAINER_IMAGES_CACHE']
  if (own) return own
  const caches =
    environment['XDG_CACHE_HOME'] ||
    (platform === 'darwin' && join(home, 'Library', 'Caches')) ||
    (platform === 'win32' && (environment['LOCALAPPDATA'] || join(home, 'AppData', 'Local'))) ||
    join(home, '.cache')
  return join(caches, 'arc-plugin-container-images')
}
