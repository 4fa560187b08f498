import { inParallel } from '../core/basics/in-parallel.ts'
import { holdersOf } from '../core/retention/repository-view.ts'
import type { StoredArtifact, StoredImage } from '../core/retention/stored-image.ts'
import type { RepositoryViewPorts } from '../ports/repository-view.ts'

/** An image of a repository, and who holds it: stacks by name, functions without one. */
export interface HeldStoredImage extends StoredImage {
  readonly heldBy: readonly string[]
}

export interface ListedRepository {
  readonly repository: string
  /** Newest first; absent when there is no such repository. */
  readonly images?: readonly HeldStoredImage[]
  /** Signatures and the like. */
  readonly artifacts?: readonly StoredArtifact[]
}

/** Everything in some of the app's repositories. */
export async function listImages(
  repositories: readonly string[],
  ports: Pick<RepositoryViewPorts, 'readView'>,
): Promise<readonly ListedRepository[]> {
  return await inParallel(repositories, async (repository): Promise<ListedRepository> => {
    const view = await ports.readView(repository)
    if (view === undefined) return { repository }
    const newestFirst = view.images.toSorted((one, other) => other.pushedAt - one.pushedAt)
    const images = newestFirst.map((image) => ({ ...image, heldBy: holdersOf(image, view) }))
    return { repository, images, artifacts: view.artifacts }
  })
}
