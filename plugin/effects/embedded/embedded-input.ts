import type { PlannedImage } from '../../core/model.ts'
import type { BaseImage } from '../../ports/base-image.ts'
import type { Bundle } from '../../ports/bundle.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Repository } from '../../ports/repository.ts'
import type { SettledDefinition } from '../dependencies/settle-definition.ts'
import type { KnownLayer } from './package-layers.ts'
import type { Vouches } from './vouches.ts'
import type { Layer } from '../../ports/layer.ts'

export interface EmbeddedInput {
  readonly image: PlannedImage
  readonly bundle: Bundle
  /** What the tag was made from. */
  readonly definition: SettledDefinition
  readonly base: BaseImage
  /** Content of the image's Lambda layers, in their order; absent: none. */
  readonly lambdaLayers?: readonly Layer[]
  readonly repository: Repository
  readonly tag: string
  /** `asked`: the repository was empty, or has lost a part, so that memory and tags are not believed. */
  readonly presence?: 'asked'
  readonly cacheDirectory: string
  readonly progress: Progress
  /** Whether a layer of packages that only a tag names may be taken; absent: none may. */
  readonly vouches?: Vouches
  /** Layers of packages that the repository has; absent: all are made. */
  readonly knownLayer?: KnownLayer
}
