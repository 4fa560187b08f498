import type { InstalledFile, InstalledTree } from '../../core/natives/installed-tree.ts'
import type { FilePart } from './read-unpacked.ts'

/** The packages of an image, wherever they are. */
export interface ObtainedPackages {
  readonly tree: InstalledTree
  readonly sourceOf: (
    file: InstalledFile,
  ) => FilePart | { readonly kind: 'file'; readonly file: string; readonly size: number }
  /** What should be said about how they were obtained. */
  readonly notes: readonly string[]
  /** They were in the cache. */
  readonly reused: boolean
}
