import { hexOf } from '../../oci/digest.ts'
import type { LiveFunction } from '../template/live-functions.ts'
import { adviceFor } from './advice.ts'
import type { FunctionPeriod } from './function-period.ts'
import type { Measured, MeasuredSlice } from './insights-query.ts'
import type { FunctionChange, Period } from './stack-history.ts'

/** A function of a deployed stack, and where its logs are. */
export interface WatchedFunction {
  readonly logicalId: string
  /** `get /` */
  readonly name: string
  readonly live: LiveFunction
  /** Its name in Lambda. */
  readonly physicalId: string
}

/** A log group, and which function wrote into it. */
export interface WatchedGroup {
  readonly logGroup: string
  readonly target: WatchedFunction
  readonly physicalId: string
}

export interface FunctionStats {
  readonly name: string
  readonly logicalId: string
  /** Oldest first; those in which it did not run are left out. */
  readonly periods: readonly FunctionPeriod[]
  readonly advice: readonly string[]
  /** Slices of the whole time, where they were asked for. */
  readonly slices: readonly MeasuredSlice[]
}

export interface StackStats {
  readonly stack: string
  readonly start: number
  readonly end: number
  /** When its functions were changed. */
  readonly deploys: readonly number[]
  readonly functions: readonly FunctionStats[]
  readonly bytesScanned: number
  /** What could not be told, a sentence each. */
  readonly notes: readonly string[]
}

/** Puts what was measured beside what ran then. */
export function functionStats(
  groups: readonly WatchedGroup[],
  changes: readonly FunctionChange[],
  measured: readonly { readonly period: Period; readonly rows: readonly Measured[] }[],
  slices: readonly MeasuredSlice[],
): readonly FunctionStats[] {
  const targets = [...new Set(groups.map(({ target }) => target))]
  return targets.map((target) => {
    const own = groups.filter((group) => group.target === target)
    const periods = measured.flatMap(({ period, rows }) =>
      own.flatMap(({ logGroup, physicalId }): FunctionPeriod[] => {
        const row = rows.find((each) => each.logGroup === logGroup)
        if (row === undefined) return []
        const { logGroup: _, ...facts } = row
        const ran = whatRan(target, physicalId, period, changes)
        return [{ ...facts, ...period, ran, physicalId }]
      }),
    )
    const names = new Set(own.map(({ logGroup }) => logGroup))
    return {
      name: target.name,
      logicalId: target.logicalId,
      periods,
      advice: adviceFor(periods),
      slices: slices.filter(({ logGroup }) => names.has(logGroup)),
    }
  })
}

/**
 * An image's digest is in no line of a log, so it is told by time: the deployed template has what
 * runs now and what ran before the last change of the function. Only a change from zip to image makes
 * CloudFormation replace a function, so what had another name in Lambda was a zip.
 */
function whatRan(
  { logicalId, live, physicalId: now }: WatchedFunction,
  physicalId: string,
  { end }: Period,
  changes: readonly FunctionChange[],
): string {
  if (live.packageType === 'Zip') return 'zip'
  if (physicalId !== now) return 'zip'
  const later = changes.filter((change) => change.logicalId === logicalId && change.time >= end)
  const digest = [live.image?.runs, live.image?.previous][later.length]
  return digest === undefined ? 'an earlier image' : hexOf(digest, 12)
}
