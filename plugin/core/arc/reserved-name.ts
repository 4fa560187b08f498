import { settings } from './settings.ts'

/**
 * Names that tags and the settings above all images need for themselves: the content tag of an image
 * `live-x` would begin as live tags do, so that no lifecycle policy ever expired it.
 */
export function isReservedImageName(name: string): boolean {
  return /^(?:live|deps)(?:-|$)/.test(name) || (settings.get(name)?.place ?? 'image') !== 'image'
}
