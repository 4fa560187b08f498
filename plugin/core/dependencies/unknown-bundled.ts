import type { Problem } from '../../errors.ts'
import { atPlace } from '../arc-text/quote-line.ts'
import { didYouMean } from '../basics/suggest.ts'
import type { PlannedImage } from '../model.ts'

/**
 * What `bundle-packages` names and the image's package.json does not.
 * @param own the packages that it does name
 */
export function unknownBundled(
  { name: image, settings }: Pick<PlannedImage, 'name' | 'settings'>,
  own: readonly string[],
): Problem[] {
  const named = settings.bundlePackages ?? []
  return named
    .filter((name) => name !== 'all' && !own.includes(name))
    .map((name) => ({
      code: 'DEPENDENCIES_INVALID',
      message: `${atPlace(settings.places?.['bundle-packages'], `bundle-packages of image '${image}'`)} names ${name}, which docker/${image}/package.json does not have.${didYouMean(name, own)} Correct the name, or write 'bundle-packages all'.`,
    }))
}
