/** One bump of a small package, from the lockfile to the layers. */
export interface Bump {
  /** Of the process and its children, user and system. */
  readonly processorSeconds: number
  /** Compressed bytes of layers that the image before does not have. */
  readonly sentBytes: number
  /** Compressed bytes of all layers of packages. */
  readonly allBytes: number
}

/** `bump.json`. */
export interface BumpResults {
  readonly date: string
  readonly runs: number
  /** What is compared with: the commit before packages came straight from the lockfile. */
  readonly commit: string
  readonly machine: { readonly processor: string; readonly cores: number; readonly node: string }
  /** The cache has what the version before had. */
  readonly warm: { readonly ours: Bump; readonly before: Bump }
  /** The cache is empty, npm's is not. */
  readonly empty: { readonly ours: Bump; readonly before: Bump }
}
