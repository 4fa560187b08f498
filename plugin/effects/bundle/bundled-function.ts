import type { ImageFile } from '../../ports/bundle.ts'
import type { RunFile } from './run-esbuild.ts'

/** A file of a bundle, in memory or in the cache. */
export interface BundledFile extends Pick<RunFile, 'path' | 'imports' | 'parts'> {
  readonly source: ImageFile['source']
  readonly map?: ImageFile['source']
}

/** The code of one function, and what was seen of it. */
export interface BundledFunction extends BundledFile {
  /** Paths of all modules that were read for it. */
  readonly read: readonly string[]
  /** What esbuild has to say of them. */
  readonly warnings: readonly string[]
  /** Its text names the static manifest of Architect's. */
  readonly readsManifest: boolean
  /** For which handler its own text shows that Lambda takes it, see `handlerQuestion`; or none. */
  readonly shows?: string
}
