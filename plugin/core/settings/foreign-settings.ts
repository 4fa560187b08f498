import type { Problem } from '../../errors.ts'
import type { DockerfileSettings, ImageDefinition, ImageSettings } from '../model.ts'
import { atPlace } from '../arc-text/quote-line.ts'
import { dockerfileSettings, imageSettings, type Setting } from './settings.ts'

/** Settings that the image's builder does not have; passed over, they would seem to work. */
export function foreignSettings(
  image: string,
  { kind }: ImageDefinition,
  settings: ImageSettings,
): readonly Problem[] {
  const [other, reason] =
    kind === 'dockerfile'
      ? [
          'embedded',
          (name: string) =>
            `this image is built from docker/${image}/Dockerfile. ${name === 'omit' ? 'Leave the packages out there' : 'Remove the line'}, or write 'builder embedded'`,
        ]
      : [
          'dockerfile',
          () =>
            `this image is not built from a Dockerfile. Remove the line, or put a Dockerfile into docker/${image}/ and remove 'builder embedded'`,
        ]
  const written = [
    ...writtenOf(imageSettings, settings),
    ...writtenOf(dockerfileSettings, settings.dockerfile ?? {}),
  ]
  return written
    .filter(({ builder }) => builder === other)
    .map(({ name }) => ({
      code: 'SETTING_MISPLACED',
      message: `${atPlace(settings.places?.[name], `'@images ${image} ${name}'`)} is a setting of the other builder: ${reason(name)}.`,
    }))
}

function writtenOf(
  table: Readonly<Record<string, Setting>>,
  fields: Partial<ImageSettings> | Partial<DockerfileSettings>,
): readonly Setting[] {
  return Object.entries<unknown>(fields).flatMap(([field, value]) => {
    const isWritten = Array.isArray(value) ? value.length > 0 : value !== undefined
    return isWritten ? (table[field] ?? []) : []
  })
}
