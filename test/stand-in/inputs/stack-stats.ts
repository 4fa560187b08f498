import type { FunctionPeriod } from '../../../plugin/core/stats/function-period.ts'
import type { MeasuredSlice } from '../../../plugin/core/stats/insights-query.ts'
import type { FunctionStats, StackStats } from '../../../plugin/core/stats/stack-stats.ts'
import { hostileNames } from './sized-images.ts'

const hour = 60 * 60 * 1000
const end = Date.UTC(2026, 10, 26, 12)
const start = end - 24 * hour
const deploys = [start + 8 * hour, start + 18 * hour]

function period(ran: string, from: number, to: number, slower: number): FunctionPeriod {
  const calls = Math.round((to - from) / hour) * 140
  return {
    ran,
    physicalId: 'AppStaging-GetIndexHTTPLambda-1A2B3C',
    start: from,
    end: to,
    invocations: calls,
    coldStarts: Math.round(calls / 31),
    initP50: 380 * slower,
    initP99: 1100 * slower,
    durationP50: 84,
    durationP99: 910,
    memoryUsed: 243,
    memorySize: 256,
    timeouts: 2,
    outOfMemory: 0,
    errors: 7,
  }
}

/** Half an hour each, with the waves that days have. */
const slices = Array.from({ length: 48 }, (_, index): MeasuredSlice => {
  const time = start + (index * hour) / 2
  const day = 1 + 0.6 * Math.sin((index / 48) * 2 * Math.PI)
  const slower = time >= (deploys[1] ?? end) ? 1.7 : 1
  const odd = index % 11 === 4 ? 1.8 : 1
  return {
    logGroup: '/aws/lambda/AppStaging-GetIndexHTTPLambda-1A2B3C',
    start: time,
    invocations: Math.round(70 * day),
    coldStarts: Math.round(3 * day),
    initP50: 380 * slower * (1 + 0.05 * Math.sin(index)),
    initP99: 900 * slower * odd,
    durationP50: 84 * (1 + 0.1 * Math.cos(index)),
    durationP99: 500 * odd * day,
    memoryUsed: 243,
    memorySize: 256,
    timeouts: 0,
    outOfMemory: 0,
    errors: 0,
  }
})

function functionStats(name: string, more: Partial<FunctionStats> = {}): FunctionStats {
  const [first = start, second = end] = deploys
  return {
    name,
    logicalId: 'GetIndexHTTPLambda',
    periods: [
      period('zip', start, first, 0.6),
      period('4f1c2d3e4a5b', first, second, 1),
      period('99aa00bb11cc', second, end, 1.7),
    ],
    advice: [
      '2 of 840 calls ended at the timeout: raise it, or look at what they wait for.',
      'Since the last deploy its cold starts take 266 ms longer (380 ms before, by the median).',
    ],
    slices,
    ...more,
  }
}

/** A day of a stack: a busy function, one that ran once, one with an odd name. */
export const stackStats: StackStats = {
  stack: 'AppStaging',
  start,
  end,
  deploys,
  functions: [
    functionStats('any /api/streams/:workspaceId/:agentId/:secret'),
    functionStats('scheduled compact', {
      periods: [{ ...period('99aa00bb11cc', start, end, 1), invocations: 1, coldStarts: 1 }],
      advice: [],
      slices: slices.slice(20, 21),
    }),
    functionStats(hostileNames.join(' '), { advice: [], slices: [] }),
  ],
  bytesScanned: 48_200_000,
  notes: ['get /health has no log group: it has not run yet.'],
}
