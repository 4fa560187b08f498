/** Wall and processor seconds; the latter of the process itself. */
export interface Phase {
  readonly seconds: number
  readonly cpuSeconds: number
}

/** Where the seconds of a whole `arc deploy` go. */
export interface Phases {
  /** Node, Architect and all plugins are loaded, the app is read. */
  readonly before: Phase
  /** The plugin's `deploy.start`. */
  readonly start: Phase
  /** The plugin's `deploy.services`: everything about images. */
  readonly services: Phase
  /** Architect packs and uploads what it deploys, and waits for CloudFormation. */
  readonly after: Phase
  /** From the last hook until the process is gone. */
  readonly end: Phase
}

export interface Deploy extends Phase {
  /** Children's processor time is in `cpuSeconds` too. */
  readonly childrenCpuSeconds: number
  readonly peakBytes: number
  readonly requests: number
  readonly phases: Phases
}

export const wholeCases = ['nothing', 'changed'] as const

/** By the name of the way. */
export type Ways = Readonly<Record<string, Readonly<Record<(typeof wholeCases)[number], Deploy>>>>

/** What `whole.json` holds. */
export interface WholeResults {
  readonly date: string
  readonly runs: number
  readonly commit: string
  /** By the number of functions. */
  readonly sizes: Readonly<Record<string, Ways>>
}
