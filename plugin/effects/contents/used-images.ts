import type { UsedImage } from '../../core/contents/image-contents.ts'
import type { PlannedImage } from '../../core/model.ts'
import { isDigest } from '../../oci/digest.ts'
import { platformOf } from '../../oci/platform.ts'
import type { ResolveDigest } from '../base/base-digest.ts'
import { readBuild } from '../dockerfile/read-build.ts'

/** What an image starts from, and what its Dockerfile takes files from. */
export async function usedImages(
  image: PlannedImage,
  options: {
    readonly environment: Readonly<Record<string, string | undefined>>
    readonly resolveDigest: ResolveDigest
  },
): Promise<readonly UsedImage[]> {
  const platform = platformOf(image.architecture)
  const use = async (
    reference: string,
    role: UsedImage['role'],
    wanted: 'target' | 'any',
  ): Promise<UsedImage> => {
    const resolved = await options.resolveDigest(reference, wanted === 'any' ? 'any' : platform)
    return { reference, role, ...(isDigest(resolved) && { digest: resolved }) }
  }
  if (image.definition.kind === 'package') return [await use(image.base, 'base', 'target')]
  const { images, root } = (await readBuild(image, options.environment)).needed
  return await Promise.all(
    images.map(({ reference, platform: wanted }) =>
      use(reference, reference === root?.reference ? 'base' : 'stage', wanted),
    ),
  )
}
