import { inParallel } from '../../core/basics/in-parallel.ts'
import { tagsToRestore } from '../../core/retention/live-tags.ts'
import type { StoredImage, TagOfImage } from '../../core/retention/stored-image.ts'
import type { Repository } from '../../ports/repository.ts'
import type { Aws } from '../aws/client.ts'
import { readRegion } from '../stacks/deployed-stacks.ts'
import { unlessLost } from '../../core/basics/unless-lost.ts'
import { putLiveTag } from './put-live-tag.ts'

/** Live tags on images that are there; one that went, or of which the registry has lost a part, needs none. */
export async function putTags(
  repository: Repository,
  tags: readonly TagOfImage[],
  listed: readonly StoredImage[],
): Promise<void> {
  await inParallel(tags, async ({ digest, tag }) => {
    const manifest = await repository.getManifest(digest)
    if (manifest === undefined) return
    await putLiveTag(repository, manifest, tag, listed).catch(unlessLost)
  })
}

/** Tags what every stack holds, before a lifecycle policy comes to a repository that is in use. */
export async function tagHeldImages(options: {
  readonly aws: Aws
  readonly repository: Repository
  readonly images: readonly StoredImage[]
  readonly now: number
}): Promise<void> {
  const { aws, repository, images, now } = options
  if (images.length === 0) return
  const { stacks } = await readRegion(aws, repository.uri)
  await putTags(
    repository,
    stacks.flatMap((stack) => tagsToRestore(stack, images, now)),
    images,
  )
}
