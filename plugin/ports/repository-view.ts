import type { LayersOf } from '../core/retention/layer-sharing.ts'
import type { RepositoryView } from '../core/retention/repository-view.ts'
import type { Digest } from '../oci/digest.ts'

/** What `images` and `gc` ask of the outside, by the name of one of the app's repositories. */
export interface RepositoryViewPorts {
  /** All that is in the repository, and all that holds it; `undefined` when it is not there. */
  readonly readView: (repository: string) => Promise<RepositoryView | undefined>
  /** The layers of images; none where the caller may not read them. */
  readonly readLayers: (repository: string, digests: readonly Digest[]) => Promise<LayersOf>
  /** With its last tag an image goes. */
  readonly removeTags: (repository: string, tags: readonly string[]) => Promise<void>
}
