/** One deploy, and what the registry saw of it. */
export interface Measured {
  readonly functions: number
  readonly bundledSeconds: number
  readonly seconds: number
  readonly imagePhaseSeconds: number
  readonly peakBytes: number
  readonly requests: number
  readonly sentBytes: number
}

/** What `deploy-once.ts` prints. */
export interface DeployedOnce extends Omit<Measured, 'requests' | 'sentBytes'> {
  readonly imageUris: readonly string[]
}

/** `results.json`. */
export interface Results {
  readonly machine: {
    readonly processor: string
    readonly cores: number
    readonly memoryBytes: number
    readonly node: string
    readonly platform: string
  }
  readonly date: string
  readonly runs: number
  readonly dependencyTarBytes: number
  readonly gzipLimitSeconds: number
  readonly nothing: Measured
  readonly oneChanged: Measured
  readonly oneChangedEmptyCache: Measured
  readonly first: Measured
  /** The image phase of a first build over `gzipLimitSeconds`. */
  readonly firstToGzipLimit: number
  /** By the number of functions. */
  readonly scale: Readonly<Record<string, Measured>>
}

/** One changed line of an image's function. */
export interface ChangedLine {
  /** That the image's functions are in. */
  readonly layers: number
  /** All of them, compressed. */
  readonly appBytes: number
  /** The most that a run sent, with config and manifest. */
  readonly sentBytes: number
  /** To the repository's registry. */
  readonly requests: number
  /** User and system, of the whole deploy with its bundling. */
  readonly cpuSeconds: number
}

/** `app-layers.json`: by the number of functions, and the way: `ours`, or `before` at a commit. */
export interface AppLayersResults {
  readonly date: string
  readonly runs: number
  readonly commit: string
  readonly rows: Readonly<Record<string, Readonly<Record<string, ChangedLine>>>>
}
