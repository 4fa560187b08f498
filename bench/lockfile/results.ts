/** How a lockfile becomes layers: by `effects/unpacked`, or as npm installs it. */
export const layerWays = ['lockfile', 'npm ci'] as const
/** npm's own cache. */
export const layerCaches = ['warm', 'empty'] as const

/** What the layers of one lockfile cost, all processes together. */
export interface LayerCost {
  /** User and system. */
  readonly cpuSeconds: number
  /** Of the largest process. */
  readonly peakBytes: number
  readonly downloadedBytes: number
  /** Written to disk beside the layers: packages, and what npm's cache grew by. */
  readonly unpackedBytes: number
  readonly npmCacheBytes: number
  /** Compressed. */
  readonly layerBytes: number
  readonly diffIds: readonly string[]
}

export type LayerWays = Readonly<Record<(typeof layerWays)[number], LayerCost>> & {
  /** Median of the runs' ratios: straight from the lockfile over `npm ci`. */
  readonly cpuRatio: number
}

/** `lockfile.json`: by the set of packages, by npm's cache. */
export interface LockfileResults {
  readonly date: string
  readonly runs: number
  readonly sets: Readonly<Record<string, Readonly<Record<(typeof layerCaches)[number], LayerWays>>>>
}
