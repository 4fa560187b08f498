import t from 'tap'

import { functionStats, type WatchedFunction } from '../../../../plugin/core/stats/stack-stats.ts'
import type { LiveFunction } from '../../../../plugin/core/template/live-functions.ts'
import { digestOf, hexOf } from '../../../../plugin/oci/digest.ts'

const [runs, previous] = [digestOf('now'), digestOf('before')]
const measured = {
  invocations: 1,
  coldStarts: 0,
  durationP50: 1,
  durationP99: 1,
  memoryUsed: 1,
  memorySize: 128,
  timeouts: 0,
  outOfMemory: 0,
  errors: 0,
}

function ranIn(live: Partial<LiveFunction>, changes: readonly (readonly [number, string])[]) {
  const target: WatchedFunction = {
    logicalId: 'A',
    physicalId: 'A-2',
    name: 'get /',
    live: { logicalId: 'A', packageType: 'Image', architectures: ['arm64'], ...live },
  }
  const ids = [...new Set(['A-2', ...changes.map(([, physicalId]) => physicalId)])]
  const groups = ids.map((physicalId) => ({
    target,
    physicalId,
    logGroup: `/aws/lambda/${physicalId}`,
  }))
  const times = [0, ...changes.map(([time]) => time), 100]
  const periods = times
    .slice(0, -1)
    .map((start, index) => ({ start, end: times[index + 1] ?? 100 }))
  const known = changes.map(([time, physicalId]) => ({ logicalId: 'A', physicalId, time }))
  const rows = periods.map((period, index) => ({
    period,
    rows: [{ ...measured, logGroup: `/aws/lambda/${index === 0 ? ids.at(-1) : 'A-2'}` }],
  }))
  const [stats] = functionStats(groups, known, rows, [])
  return stats?.periods.map(({ ran }) => ran)
}

const image = { runs, previous, damaged: false }

t.test('what ran is told by time', (t) => {
  t.strictSame(ranIn({ image }, []), [hexOf(runs, 12)])
  t.strictSame(ranIn({ image }, [[50, 'A-2']]), [hexOf(previous, 12), hexOf(runs, 12)])
  t.strictSame(
    ranIn({ image }, [
      [30, 'A-2'],
      [50, 'A-2'],
    ]),
    ['an earlier image', hexOf(previous, 12), hexOf(runs, 12)],
  )
  t.strictSame(ranIn({ image: { runs, damaged: false } }, [[50, 'A-2']]), [
    'an earlier image',
    hexOf(runs, 12),
  ])
  t.end()
})

t.test('a function of another name in Lambda was a zip, and so is one that is', (t) => {
  t.strictSame(
    ranIn({ image }, [
      [1, 'A-1'],
      [50, 'A-2'],
    ]),
    ['zip', hexOf(previous, 12), hexOf(runs, 12)],
  )
  t.strictSame(ranIn({ packageType: 'Zip' }, [[50, 'A-2']]), ['zip', 'zip'])
  t.end()
})
