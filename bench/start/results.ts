/** Processor time in milliseconds, medians over the runs. */
export interface Started {
  /** Node with nothing to do. */
  readonly empty: number
  /** From the start of the process until the handler is there. */
  readonly plain: number
  readonly bundled: number
}

/** What of the handler's start stays however its packages are bundled; without Node's own start. */
export interface Least {
  /** The handler's own code and the parts of Node that it asks for, its packages left out. */
  readonly own: number
  /** Loading the native file. */
  readonly native: number
  /** V8's compiling of the modules that the packages load. */
  readonly compiled: number
  /** The whole start, Node's included, where esbuild has made one minified script of everything. */
  readonly oneScript: number
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
  /** Absent in results of before it was measured. */
  readonly least?: Least
}
