import type { ImageContents } from '../../core/contents/image-contents.ts'
import { plannedSizes, type SizedPart, withInside } from '../../core/contents/image-sizes.ts'
import { isCaused } from '../../errors.ts'
import { platformOf } from '../../oci/platform.ts'
import type { TaggedImage } from '../../ports/image-stages.ts'
import type { Repository } from '../../ports/repository.ts'
import type { ResolveBaseImage } from '../base/base-image.ts'
import { leastUncompressedSize } from '../layer/uncompressed-size.ts'
import { bundleContents } from './bundle-contents.ts'
import { plannedContents, type PlannedContentsOptions } from './planned-contents.ts'
import { servedParts } from './served-parts.ts'

/** What a planned image holds, and what of it is not known. */
export interface PlannedParts {
  readonly parts: readonly SizedPart[]
  readonly unknown: readonly string[]
}

/** Of an image that the repository has, by its layers; of another one, by what would be packed. */
export async function plannedParts(
  tagged: TaggedImage,
  options: PlannedContentsOptions & {
    readonly resolveBase: ResolveBaseImage
    /** The repository, when it is there. */
    readonly served: Repository | undefined
  },
): Promise<PlannedParts> {
  const { served, resolveBase } = options
  const found = served && (await servedParts(served, tagged.tag, options))
  if (found !== undefined) {
    const bundled = await bundleContents(tagged.image, tagged.bundle, [])
    return { parts: withInside(found, plannedSizes({ ...bundled, images: [] })), unknown: [] }
  }
  const contents = await plannedContents(tagged, { ...options, lenient: true })
  const base = await baseBytes(contents, resolveBase)
  const { unknown, lambdaLayers } = contents
  return {
    parts: plannedSizes(contents, base),
    unknown: [
      ...unknown,
      ...(base === undefined ? ['The size of its base is not known here.'] : []),
      ...lambdaLayers.map((arn) => `The size of the Lambda layer ${arn} is not known yet.`),
    ],
  }
}

/** Unpacked; `undefined` where no registry can be asked. */
async function baseBytes(
  { images, architecture }: ImageContents,
  resolveBase: ResolveBaseImage,
): Promise<number | undefined> {
  const base = images.find(({ role }) => role === 'base')
  if (base?.digest === undefined) return undefined
  try {
    const image = await resolveBase(base.reference, platformOf(architecture))
    const { layers } = await image.manifest()
    const sizes = await Promise.all(
      layers.map((layer) => leastUncompressedSize(layer, image.repository)),
    )
    return sizes.reduce((sum, size) => sum + size, 0)
  } catch (error) {
    if (isCaused(error, 'REGISTRY_UNREACHABLE') || isCaused(error, 'REGISTRY_DENIED'))
      return undefined
    throw error
  }
}
