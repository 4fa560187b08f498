import type { BundleInput } from '../../ports/bundle.ts'

/** A package of which code is in a bundle. */
export interface BundledPackage {
  readonly name: string
  /** As esbuild names it: `node_modules/a`. */
  readonly path: string
  /** Absolute. */
  readonly directory: string
  readonly manifest: Readonly<Record<string, unknown>>
  /** Names in its folder. */
  readonly entries: readonly string[]
  readonly files: readonly BundleInput[]
}
