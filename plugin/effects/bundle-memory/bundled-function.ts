import type { BundleInput, ImageFile } from '../../ports/bundle.ts'

/** An import that is left to run time. */
export interface OpenImport {
  readonly specifier: string
  readonly kind: string
}

/** A module that esbuild has read, by its own name for it: posix, relative to the app's folder. */
export type Module = Pick<BundleInput, 'path' | 'file' | 'imports'>

/** What esbuild tells of a file that it has made. */
export interface MadeFile {
  /** Below the output folder, posix: `http/get-index/index.cjs`. */
  readonly path: string
  readonly imports: readonly OpenImport[]
  /** Bytes that each module has in it, by the module's path; 0: tree shaking left nothing of it. */
  readonly parts: Iterable<readonly [module: string, bytes: number]>
}

/** A file of a bundle, in memory or in the cache. */
export interface BundledFile extends MadeFile {
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
