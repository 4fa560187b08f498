import { ContainerImageError } from '../../errors.ts'
import type { PlannedImage } from '../model.ts'

/** Lambda's limit on all layers together, uncompressed. */
const maximumSize = 10 * 2 ** 30

/**
 * Refuses an image that Lambda would refuse for its size.
 * @param what the image, for the message: its name or its URI
 * @param size uncompressed bytes of all layers, at least
 * @param detail what the size is made of, as far as it is known
 * @throws ContainerImageError IMAGE_TOO_LARGE
 */
export function checkUncompressedSize(
  { definition, name }: PlannedImage,
  what: string,
  size: number,
  detail = '',
): void {
  if (size <= maximumSize) return
  const advice =
    definition.kind === 'dockerfile'
      ? `What a step of docker/${name}/Dockerfile adds stays in its layer, even if a later step removes it: remove caches and archives in the RUN that makes them, or copy only what runs into a last stage with 'COPY --from'.`
      : "Leave packages out with 'omit', or choose a smaller base."
  throw new ContainerImageError(
    'IMAGE_TOO_LARGE',
    `${what} is at least ${(size / 2 ** 30).toFixed(2)} GiB uncompressed${detail}, and Lambda takes 10 GiB at most: it would answer 'Uncompressed container image size exceeds 10 GiB limit'. ${advice}`,
  )
}
