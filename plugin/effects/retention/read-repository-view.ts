import type { RepositoryView } from '../../core/retention/repository-view.ts'
import type { Aws } from '../aws/client.ts'
import { readRegion, readStacks } from '../stacks/deployed-stacks.ts'
import { describeRepository } from '../ecr/repository-state.ts'
import { listContents } from '../ecr/stored-images.ts'

/**
 * Stacks first, then images: an image that a deploy adds in between is fresh, and one that it holds
 * is tagged. `undefined` when there is no repository.
 * @param isPreview given for the previews' repository: only these stacks are read
 */
export async function readRepositoryView(
  aws: Aws,
  name: string,
  isPreview?: (stackName: string) => boolean,
): Promise<RepositoryView | undefined> {
  const described = await describeRepository(aws, name)
  if (described === undefined) return undefined
  const { uri } = described
  const users =
    isPreview === undefined
      ? await readRegion(aws, uri)
      : { stacks: await readStacks(aws, uri, isPreview), runElsewhere: new Set<never>() }
  return { name, ...(await listContents(aws, name)), ...users }
}
