import { settings } from './settings.ts'

/** In the place of an image's name: the function is to be a zip, even if it runs an image now. */
export const zip = 'zip'

/**
 * Names that tags and the settings above all images need for themselves: the content tag of an image
 * `live-x` would begin as live tags do, so that no lifecycle policy ever expired it.
 */
export function isReservedImageName(name: string): boolean {
  return (
    name === zip ||
    /^(?:live|deps)(?:-|$)/.test(name) ||
    (settings.get(name)?.place ?? 'image') !== 'image'
  )
}
