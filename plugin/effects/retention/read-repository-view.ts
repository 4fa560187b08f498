import type { RepositoryView } from '../../core/retention/repository-view.ts'
import type { Aws } from '../aws/client.ts'
import { readRegion } from '../aws/deployed-stacks.ts'
import { describeRepository } from '../aws/repository-state.ts'
import { listImages } from '../aws/stored-images.ts'

/**
 * Stacks first, then images: an image that a deploy adds in between is fresh, and one that it holds
 * is tagged. `undefined` when there is no repository.
 */
export async function readRepositoryView(
  aws: Aws,
  name: string,
): Promise<RepositoryView | undefined> {
  const described = await describeRepository(aws, name)
  if (described === undefined) return undefined
  const region = await readRegion(aws, described.uri)
  return { name, images: await listImages(aws, name), ...region }
}
