import type { Measured } from './insights-query.ts'

/** One function in one period. */
export interface FunctionPeriod extends Omit<Measured, 'logGroup'> {
  readonly start: number
  readonly end: number
  /** `zip`, the first digits of an image's digest, or `an earlier image`. */
  readonly ran: string
  /** The function in Lambda: another one after a change from zip to image. */
  readonly physicalId: string
}
