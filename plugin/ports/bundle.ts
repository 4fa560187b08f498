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

/** The code of one image's functions, ready to run under `/var/task`. */
export interface Bundle {
  /** Sorted by path, in byte order. */
  readonly files: readonly ImageFile[]
  /** sha256 over paths, modes and contents. */
  readonly digest: Digest
  /** Specifiers (`name` or `name/sub`) loaded by `require`: an ES module cannot serve them. */
  readonly requires?: readonly string[]
  /** Files that ask for what stayed out of the bundle, from the app's folder, by specifier. */
  readonly askedBy?: ReadonlyMap<string, string>
  /** The app's own source files in the bundle, absolute. */
  readonly ownSources?: readonly string[]
  /** Files of the functions' folders that are not among `files`, by where they would be, and why. */
  readonly leftOut?: readonly { readonly path: string; readonly reason: string }[]
  /** What could not be checked here and why; said to the user, never a fault. */
  readonly notes: readonly string[]
}
