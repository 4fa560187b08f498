import type { Problem } from '../../errors.ts'
import { appRepositories } from './app-repositories.ts'
import type { ArcLine } from '../arc-text/arc-lines.ts'
import type { AppSettings } from '../model.ts'
import { quoteLine } from '../arc-text/quote-line.ts'
import { checkSettings } from './check-settings.ts'
import { type PlacedSetting, placeSettings } from './placed-settings.ts'
import { readAppSettings, readImageSettings } from './read-settings.ts'

/**
 * `@images` to settings.
 * @param app the app's name, for the default repository
 * @param used the images that `@container-images` names
 */
export function parseImageSettings(
  lines: readonly ArcLine[],
  app: string,
  used: readonly string[],
): { readonly settings: AppSettings; readonly problems: readonly Problem[] } {
  const { sound, problems } = checkSettings(placeSettings(lines), used)
  const appWide = sound.filter(({ image }) => image === undefined)
  const images = used.map((name) => {
    const own = sound.filter(({ image }) => image === name)
    return [name, readImageSettings(appWide, own)] as const
  })
  const settings = { ...readAppSettings(appWide, app), images: new Map(images) }
  return { settings, problems: [...problems, ...sharedWithPreviews(settings, appWide)] }
}

/** Whoever may deploy a preview would choose what production finds under a tag. */
function sharedWithPreviews(
  settings: AppSettings,
  appWide: readonly PlacedSetting[],
): readonly Problem[] {
  const { preview, production } = appRepositories(settings)
  if (production !== preview) return []
  const place = appWide.find(({ name }) => name === 'production-repository')?.place
  const text = `production-repository ${production}`
  const line = quoteLine('images', { text, ...(place !== undefined && { place }) })
  const message = `${line} is the repository of the previews. Name one that no preview can write.`
  return [{ code: 'SETTING_VALUE_INVALID', message }]
}
