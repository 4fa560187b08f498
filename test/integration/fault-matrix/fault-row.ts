import type { ErrorCode } from '../../../plugin/errors.ts'
import type { ImageApp } from '../../stand-in/inputs/image-app.ts'

/** What a fault asks of the run, and what puts the world in order again. */
export interface Injected {
  readonly environment?: Readonly<Record<string, string>>
  /** `ulimit -n 64` */
  readonly limit?: string
  readonly undo?: () => unknown
}

/** One fault and how a deploy that meets it has to end. */
export interface FaultRow {
  readonly name: string
  /** `scratch` is an empty folder of this fault's alone. */
  readonly inject: (app: ImageApp, scratch: string) => Promise<Injected | void> | Injected | void
  readonly end: FaultEnd
  /** Why it cannot be injected on this machine. */
  readonly skip?: string | false
}

/**
 * `deployed`, or the stack as it was and these codes, in the order in which they are printed, with
 * words that say what to do.
 */
export type FaultEnd =
  | 'deployed'
  | { readonly codes: readonly [ErrorCode, ...ErrorCode[]]; readonly says: RegExp }

/** Faults that one app meets, one after the other. */
export interface FaultGroup {
  readonly name: string
  /** Default: an app that runs and whose code changed. `nothing`: each meets an app of its own. */
  readonly from?: 'nothing'
  readonly rows: readonly FaultRow[]
  /** Makes the app what the faults need. */
  readonly prepare?: (app: ImageApp) => unknown
}
