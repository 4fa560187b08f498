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
