import type { Problem } from '../../errors.ts'
import type { ArcLine } from './arc-lines.ts'
import type { AppSettings, ImageSettings } from '../model.ts'
import { checkSettings } from './check-settings.ts'
import { type PlacedSetting, placeSettings } from './placed-settings.ts'
import { settings } from './settings.ts'

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
  const placed = placeSettings(lines)
  const { sound, problems } = checkSettings(placed, used)
  const appWide = sound.filter(({ image }) => image === undefined)
  const images = used.map((name) => {
    const own = sound.filter(({ image }) => image === name)
    return [name, imageSettings(appWide, own)] as const
  })
  const repository = valueOf(appWide, 'repository') ?? defaultRepository(app)
  const keep = Number(valueOf(appWide, 'keep') ?? 10)
  return { settings: { repository, keep, images: new Map(images) }, problems }
}

function imageSettings(
  appWide: readonly PlacedSetting[],
  own: readonly PlacedSetting[],
): ImageSettings {
  const all = [...appWide, ...own]
  const base = valueOf(own, 'base')
  const builder = valueOf(own, 'builder')
  return {
    ...(base === undefined ? {} : { base }),
    ...(builder === 'embedded' || builder === 'dockerfile' ? { builder } : {}),
    define: valuesOf(all, 'define'),
    defineSecret: valuesOf(all, 'define-secret'),
    external: valuesOf(own, 'external'),
    include: valuesOf(own, 'include'),
    omit: valuesOf(own, 'omit'),
    ...dockerfileSettings(own),
  }
}

function dockerfileSettings(own: readonly PlacedSetting[]): Pick<ImageSettings, 'dockerfile'> {
  if (!own.some(({ name }) => settings[name]?.builder === 'dockerfile')) return {}
  const context = valueOf(own, 'context')
  const target = valueOf(own, 'target')
  const buildxBuilder = valueOf(own, 'buildx-builder')
  return {
    dockerfile: {
      ...(context === undefined ? {} : { context }),
      ...(target === undefined ? {} : { target }),
      buildArgs: valuesOf(own, 'build-arg'),
      secrets: valuesOf(own, 'secret'),
      ssh: valuesOf(own, 'ssh'),
      cacheFrom: valuesOf(own, 'cache-from'),
      cacheTo: valuesOf(own, 'cache-to'),
      ...(buildxBuilder === undefined ? {} : { buildxBuilder }),
    },
  }
}

/** `<app>-lambda-images` in the letters that ECR takes: Architect allows more. */
function defaultRepository(app: string): string {
  const name = app
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return `${name}-lambda-images`
}

function valueOf(placed: readonly PlacedSetting[], name: string): string | undefined {
  return placed.find((setting) => setting.name === name)?.values[0]
}

function valuesOf(placed: readonly PlacedSetting[], name: string): readonly string[] {
  const all = placed.filter((setting) => setting.name === name).flatMap(({ values }) => values)
  return [...new Set(all)]
}
