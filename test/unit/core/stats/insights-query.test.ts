import t from 'tap'

import { insightsQuery, parseRows } from '../../../../plugin/core/stats/insights-query.ts'

const row = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([field, value]) => ({ field, value }))

t.test('rows as Insights has them, texts all', (t) => {
  const [first] = parseRows([
    row({
      '@log': '123456789012:/aws/lambda/A',
      sliceStart: '2026-11-26 09:00:00.000',
      invocations: '12',
      coldStarts: '2',
      initP50: '311.5',
      initP99: '400',
      durationP50: '8.25',
      durationP99: '1200.75',
      memoryUsed: '90',
      memorySize: '128',
      timeouts: '1',
      outOfMemory: '1',
      failures: '3',
    }),
  ])
  t.strictSame(first, {
    logGroup: '/aws/lambda/A',
    start: Date.UTC(2026, 10, 26, 9),
    invocations: 12,
    coldStarts: 2,
    initP50: 311.5,
    initP99: 400,
    durationP50: 8.25,
    durationP99: 1200.75,
    memoryUsed: 90,
    memorySize: 128,
    timeouts: 1,
    outOfMemory: 1,
    errors: 2,
  })
  t.end()
})

t.test('no cold start, no number of it; a group in which nothing ran is left out', (t) => {
  const [warm] = parseRows([row({ '@log': '1:/aws/lambda/A', invocations: '3', initP50: '' })])
  t.match(warm, { invocations: 3, coldStarts: 0 })
  t.notOk(warm && 'initP50' in warm)
  for (const none of [
    row({ '@log': '1:/a', invocations: '0' }),
    row({ invocations: '3' }),
    [],
    'x',
  ])
    t.strictSame(parseRows([none]), [], JSON.stringify(none))
  t.end()
})

t.test('slices are named in minutes', (t) => {
  t.match(insightsQuery(30), /by @log, bin\(30m\) as sliceStart$/)
  t.match(insightsQuery(), /by @log$/)
  t.end()
})
