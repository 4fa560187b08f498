import type { StackEvent } from '../core/events/stack-event.ts'
import type { Measured, MeasuredSlice } from '../core/stats/insights-query.ts'
import type { LiveFunction } from '../core/template/live-functions.ts'
import type { KnownStack, StackResource } from './destroy.ts'

/** A query of Logs Insights, with what it read. */
export interface Answered<Row> {
  readonly rows: readonly Row[]
  readonly bytesScanned: number
}

/** What `stats` asks of the outside. */
export interface StatsPorts {
  readonly findStack: (name: string) => Promise<KnownStack | undefined>
  readonly liveFunctions: (stackName: string) => Promise<ReadonlyMap<string, LiveFunction>>
  readonly listResources: (stack: KnownStack) => Promise<readonly StackResource[]>
  /** What CloudFormation tells of a stack since then (milliseconds), and a little of before. */
  readonly stackEvents: (stack: KnownStack, since: number) => Promise<readonly StackEvent[]>
  /** Which of these log groups are there. */
  readonly existingGroups: (names: readonly string[]) => Promise<readonly string[]>
  /** Adds up the reports of a time, by log group. */
  readonly measure: (question: Question) => Promise<Answered<Measured>>
  /** The same for slices of some minutes. */
  readonly measureSlices: (question: Question, minutes: number) => Promise<Answered<MeasuredSlice>>
  readonly now: () => number
}

export interface Question {
  readonly logGroups: readonly string[]
  /** Milliseconds. */
  readonly start: number
  readonly end: number
}
