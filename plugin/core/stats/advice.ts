import type { FunctionPeriod } from './function-period.ts'

/** Fewer say nothing of those to come. */
const enoughCalls = 20
const enoughColdStarts = 5
/** Of the memory that a function has. */
const almostFull = 0.9
/** Milliseconds. */
const longInit = 3000

/** What the newest numbers of a function carry, a sentence each. */
export function adviceFor(periods: readonly FunctionPeriod[]): readonly string[] {
  const now = periods.at(-1)
  if (now === undefined) return []
  const before = periods.at(-2)
  return [
    ...failuresOf(now),
    ...memoryOf(now),
    ...initOf(now),
    ...(before === undefined ? [] : changeOf(before, now)),
  ]
}

function failuresOf({ invocations, timeouts, outOfMemory }: FunctionPeriod): string[] {
  return [
    ...(outOfMemory === 0
      ? []
      : [`${outOfMemory} of ${invocations} calls ended for lack of memory: give it more.`]),
    ...(timeouts === 0
      ? []
      : [
          `${timeouts} of ${invocations} calls ended at the timeout: raise it, or look at what they wait for.`,
        ]),
  ]
}

function memoryOf({ invocations, memoryUsed, memorySize, outOfMemory }: FunctionPeriod): string[] {
  if (outOfMemory > 0 || invocations < enoughCalls || memoryUsed < memorySize * almostFull)
    return []
  return [`It used ${memoryUsed} of its ${memorySize} MB: the next larger event may not fit.`]
}

function initOf({ coldStarts, initP50 = 0 }: FunctionPeriod): string[] {
  if (coldStarts < enoughColdStarts || initP50 < longInit) return []
  return [
    `Half of its cold starts take ${(initP50 / 1000).toFixed(1)} s or more: load what the first event does not need later, or give it more memory, which brings more processor.`,
  ]
}

/** A difference that both sides have enough cold starts for. */
function changeOf(before: FunctionPeriod, now: FunctionPeriod): string[] {
  const [earlier, later] = [before.initP50 ?? 0, now.initP50 ?? 0]
  const isEnough = Math.min(before.coldStarts, now.coldStarts) >= enoughColdStarts
  if (!isEnough || later - earlier < 200 || later < earlier * 1.25) return []
  return [
    `Since the last deploy its cold starts take ${Math.round(later - earlier)} ms longer (${Math.round(earlier)} ms before, by the median).`,
  ]
}
