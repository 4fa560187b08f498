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

/** One build by one way, from the written bundles to the checked image. */
export interface Build {
  readonly seconds: number
  /** Between the machine and its registries, both directions; packages of npm are not in it. */
  readonly sentBytes: number
  readonly receivedBytes: number
  /** All layers, compressed. */
  readonly imageBytes: number
}

/** What a build finds: `first` an empty repository, `Empty` no local cache of anything. */
export const buildCases = [
  'firstEmpty',
  'first',
  'changed',
  'changedEmpty',
  'nothing',
  'nothingEmpty',
] as const

/** By the name of the way; what `builders.json` holds. */
export interface BuilderResults {
  readonly date: string
  readonly runs: number
  readonly architecture: string
  readonly ways: Readonly<Record<string, Readonly<Record<(typeof buildCases)[number], Build>>>>
}
