import type { Problem } from '../../errors.ts'
import type { PlacedSetting, PlacedSettings } from './placed-settings.ts'
import { quoteLine } from '../arc-text/quote-line.ts'
import { type Setting, settings } from './settings.ts'
import { didYouMean } from '../basics/suggest.ts'

/** The settings that may be used, and what is wrong with the others. */
export function checkSettings(
  placed: PlacedSettings,
  used: readonly string[],
): { readonly sound: readonly PlacedSetting[]; readonly problems: readonly Problem[] } {
  const seen = new Set<string>()
  const sound: PlacedSetting[] = []
  const problems = [...strayProblems(placed), ...blockProblems(placed.images, used)]
  for (const setting of placed.settings) {
    const key = `${setting.image ?? ''} ${setting.name}`
    const faults = settingProblems(setting, seen.has(key), used)
    seen.add(key)
    if (faults.length === 0) sound.push(setting)
    problems.push(...faults)
  }
  return { sound, problems: [...problems, ...contradictions(sound)] }
}

function strayProblems({ stray }: PlacedSettings): Problem[] {
  return stray.map(({ under, ...line }) => ({
    code: 'SETTING_MISPLACED',
    message: `${quoteLine('images', line)} is indented under '${under}', which has its value already. Give both the same indentation.`,
  }))
}

function blockProblems(images: PlacedSettings['images'], used: readonly string[]): Problem[] {
  return [...Map.groupBy(images, ({ name }) => name)].flatMap(([image, blocks]): Problem[] => {
    const place = blocks.at(-1)?.place
    const line = quoteLine('images', { text: image, ...(place !== undefined && { place }) })
    if (!used.includes(image)) {
      const hint = didYouMean(image, [...used, ...settings.keys()])
      const todo = hint === '' ? ' Flag a function with it there, or remove the block.' : hint
      const message = `${line} is an image that no line of @container-images uses.${todo}`
      return [{ code: 'IMAGE_UNUSED', message }]
    }
    if (blocks.length === 1) return []
    const message = `${line} is there more than once. Put its settings under one of them.`
    return [{ code: 'SETTING_TWICE', message }]
  })
}

function settingProblems(
  placed: PlacedSetting,
  isRepeated: boolean,
  used: readonly string[],
): Problem[] {
  const { name, image, values } = placed
  const line = quoteLine('images', placed)
  const setting = settings.get(name)
  if (setting === undefined) {
    const message = `${line}: there is no setting '${name}'.${unknownHint(placed, used)}`
    return [{ code: 'SETTING_UNKNOWN', message }]
  }
  const misplaced = placeProblem(setting, placed)
  if (misplaced !== undefined)
    return [{ code: 'SETTING_MISPLACED', message: `${line}: ${misplaced}` }]
  if (isRepeated) {
    const where = image === undefined ? '' : ` under '${image}'`
    const todo =
      setting.takes === 'several values'
        ? 'Put all values on one line.'
        : 'Keep the one that is meant.'
    const message = `${line}: '${name}' is there more than once${where}. ${todo}`
    return [{ code: 'SETTING_TWICE', message }]
  }
  return valueProblems(setting, name, values).map(({ code, message }) => ({
    code,
    message: `${line}: ${message}`,
  }))
}

function unknownHint({ name, image }: PlacedSetting, used: readonly string[]): string {
  if (image === undefined && used.includes(name))
    return ` '${name}' is an image: put its settings below it, indented, one a line.`
  const hint = didYouMean(name, settings.keys())
  if (hint !== '') return hint
  if (/^docker-?file$/i.test(name))
    return ` An image's Dockerfile is always docker/${image ?? '<image>'}/Dockerfile: put it there and remove this line.`
  const wrongPlace = image === undefined ? 'image' : 'app'
  const fit = [...settings.values()].filter(({ place }) => place !== wrongPlace)
  return ` Those that may be here are ${fit.map((one) => one.name).join(', ')}.`
}

function placeProblem({ place }: Setting, { name, image }: PlacedSetting): string | undefined {
  if (place === 'app' && image !== undefined)
    return `'${name}' is a setting of the whole app. Write it without indentation, above the images.`
  if (place === 'image' && image === undefined)
    return `'${name}' is a setting of one image. Indent it below the name of the image.`
  return undefined
}

function valueProblems(setting: Setting, name: string, values: readonly string[]): Problem[] {
  if (values.length === 0) return [invalid(`'${name}' has no value. Write one or remove the line.`)]
  if (setting.takes === 'one value' && values.length > 1)
    return [invalid(`'${name}' takes one value, not ${values.length}.`)]
  return values.flatMap((value): Problem[] => {
    const fault = setting.fault(value)
    if (fault !== undefined) return [invalid(`'${value}' ${fault}.`)]
    const exposed = setting.exposure?.(value)
    return exposed === undefined ? [] : [exposed]
  })
}

function contradictions(sound: readonly PlacedSetting[]): Problem[] {
  const secrets = sound.filter(({ name }) => name === 'define-secret')
  return sound
    .filter(({ name }) => name === 'define')
    .flatMap(({ values, image, ...line }) => {
      const others = secrets.filter((secret) =>
        [secret.image, image].includes(undefined) ? true : secret.image === image,
      )
      const both = values.filter((value) => others.some((secret) => secret.values.includes(value)))
      return both.map((value): Problem => ({
        code: 'SETTING_VALUE_INVALID',
        message: `${quoteLine('images', line)}: '${value}' is under 'define-secret' too. Keep one of the two.`,
      }))
    })
}

function invalid(message: string): Problem {
  return { code: 'SETTING_VALUE_INVALID', message }
}
