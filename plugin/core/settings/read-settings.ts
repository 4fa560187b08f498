import type { AppWideSettings, DockerfileSettings, ImageSettings } from '../model.ts'
import type { PlacedSetting } from './placed-settings.ts'
import { appSettings, dockerfileSettings, imageSettings, type SettingTable } from './settings.ts'

/** The settings of the whole app, from those that were found sound. */
export function readAppSettings(appWide: readonly PlacedSetting[], app: string): AppWideSettings {
  return readTable(appSettings, [], appWide, app)
}

/** The settings of one image; `appWide` counts for those that may be written for all at once. */
export function readImageSettings(
  appWide: readonly PlacedSetting[] = [],
  own: readonly PlacedSetting[] = [],
): ImageSettings {
  const isWritten = Object.values(dockerfileSettings).some(({ name }) =>
    own.some((setting) => setting.name === name),
  )
  return {
    ...readTable(imageSettings, own, appWide),
    ...(isWritten ? { dockerfile: readDockerfileSettings(own) } : {}),
    ...placesOf([...appWide, ...own]),
  }
}

function placesOf(written: readonly PlacedSetting[]): Pick<ImageSettings, 'places'> {
  const places = written.flatMap(({ name, place }) => (place === undefined ? [] : [[name, place]]))
  return places.length === 0 ? {} : { places: Object.fromEntries(places) }
}

/** The settings of one Dockerfile; without `own` what counts when none was written. */
export function readDockerfileSettings(own: readonly PlacedSetting[] = []): DockerfileSettings {
  return readTable(dockerfileSettings, own, [])
}

/** A value of an image's own comes before the app's; of several values all count, the app's first. */
function readTable<Fields extends object>(
  table: SettingTable<Fields>,
  own: readonly PlacedSetting[],
  appWide: readonly PlacedSetting[],
  app = '',
): Fields {
  const valuesOf = (all: readonly PlacedSetting[], name: string) =>
    all.filter((setting) => setting.name === name).flatMap(({ values }) => values)
  const fields = Object.entries<SettingTable<Fields>[keyof Fields]>(table).flatMap(
    ([field, { name, takes, read }]) => {
      const [ours, everybodys] = [valuesOf(own, name), valuesOf(appWide, name)]
      const values = takes === 'one value' ? [...ours, ...everybodys] : [...everybodys, ...ours]
      const value = read(values, app)
      return value === undefined ? [] : [[field, value]]
    },
  )
  // The table has a row for each field, with the type of that field.
  return Object.fromEntries(fields)
}
