import { atPlace } from '../../core/arc-text/quote-line.ts'
import type { PlannedImage } from '../../core/model.ts'
import { ContainerImageError } from '../../errors.ts'

/** What is wrong with a base is said with the line that names it, where it is the user's. */
export async function atBase<T>(
  { settings, base }: Pick<PlannedImage, 'settings' | 'base'>,
  work: () => Promise<T>,
): Promise<T> {
  const place = settings.base === base ? settings.places?.['base'] : undefined
  return await atPlaceOf(base, place, work)
}

/** What is wrong with a base is said with the place that names it, if there is one. */
export async function atPlaceOf<T>(
  base: string,
  place: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const isAboutBase =
      error instanceof ContainerImageError &&
      (error.code.startsWith('BASE_') || error.message.startsWith(`The base ${base} `))
    if (place === undefined || !isAboutBase) throw error
    throw new ContainerImageError(error.code, atPlace(place, error.message), { cause: error })
  }
}
