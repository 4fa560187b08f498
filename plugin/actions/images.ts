import { inParallel } from '../core/basics/in-parallel.ts'
import { holdersOf } from '../core/retention/repository-view.ts'
import { servedBy, storedSize } from '../core/retention/layer-sharing.ts'
import { pullable, type StoredArtifact, type StoredImage } from '../core/retention/stored-image.ts'
import type { RepositoryViewPorts } from '../ports/repository-view.ts'

/** An image of a repository, and who holds it: stacks by name, functions without one. */
export interface HeldStoredImage extends StoredImage {
  readonly heldBy: readonly string[]
  /** Of a layer of dependencies: the images that have it. */
  readonly serves: readonly StoredImage[]
}

export interface ListedRepository {
  readonly repository: string
  /** Compressed bytes, each layer once. */
  readonly size?: number
  /** Newest first; absent when there is no such repository. */
  readonly images?: readonly HeldStoredImage[]
  /** Signatures and the like. */
  readonly artifacts?: readonly StoredArtifact[]
}

/** Everything in some of the app's repositories. */
export async function listImages(
  repositories: readonly string[],
  ports: Pick<RepositoryViewPorts, 'readView' | 'readLayers'>,
): Promise<readonly ListedRepository[]> {
  return await inParallel(repositories, async (repository): Promise<ListedRepository> => {
    const view = await ports.readView(repository)
    if (view === undefined) return { repository }
    const newestFirst = view.images.toSorted((one, other) => other.pushedAt - one.pushedAt)
    const digests = pullable(newestFirst).map(({ digest }) => digest)
    const layers = await ports.readLayers(repository, digests)
    const images = newestFirst.map((image) => ({
      ...image,
      heldBy: holdersOf(image, view),
      serves: servedBy(image, newestFirst, layers),
    }))
    const size = storedSize(newestFirst, layers)
    return { repository, size, images, artifacts: view.artifacts }
  })
}
