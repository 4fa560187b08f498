/** Processor time in milliseconds, medians over the runs. */
export interface Started {
  /** Node with nothing to do. */
  readonly empty: number
  /** From the start of the process until the handler is there. */
  readonly plain: number
  readonly bundled: number
}

/** `start.json`. */
export interface StartResults {
  readonly date: string
  readonly node: string
  readonly platform: string
  readonly runs: number
  /** The example's function, with its own bundle. */
  readonly handler: Started
  /** The packages of its image alone. */
  readonly packages: Started
}
