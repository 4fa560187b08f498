import type { Digest } from '../oci/digest.ts'

/** A regular file of an image. `path` is posix and relative to the image's root: `var/task/...`. */
export interface ImageFile {
  readonly path: string
  readonly source:
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    | {
        readonly kind: 'file'
        readonly file: string
        readonly size: number
        /** In hex, of the content that gave the image its name: another one is not packed. */
        readonly sha256?: string
      }
  readonly executable: boolean
}

/** A source file of which something is in a bundle. */
export interface BundleInput {
  /** As esbuild names it: posix, relative to the app's folder. */
  readonly path: string
  /** Absolute; of a plugin's virtual module nothing is there. */
  readonly file: string
  /** Bytes of it, by the file of the bundle that they are in: `http/get-index/index.cjs`. */
  readonly into: Readonly<Record<string, number>>
  readonly imports: readonly {
    /** The path of another input, or what is left to run time. */
    readonly to: string
    /** As it is written. */
    readonly specifier: string
    readonly kind: string
    readonly external: boolean
  }[]
}

/** The code of one image's functions, ready to run under `/var/task`. */
export interface Bundle {
  /** Sorted by path, in byte order. */
  readonly files: readonly ImageFile[]
  /** sha256 over paths, modes and contents. */
  readonly digest: Digest
  /** Source maps by the path of what they are of; they are files too only where that was asked for. */
  readonly maps?: ReadonlyMap<string, ImageFile['source']>
  /** The source files that the code was made from; absent where nothing was bundled. */
  readonly inputs?: readonly BundleInput[]
  /** Files of the functions' folders that are not among `files`, by where they would be, and why. */
  readonly leftOut?: readonly { readonly path: string; readonly reason: string }[]
  /** What could not be checked here and why; said to the user, never a fault. */
  readonly notes: readonly string[]
}
