import t from 'tap'

import { adviceFor } from '../../../../plugin/core/stats/advice.ts'
import type { FunctionPeriod } from '../../../../plugin/core/stats/function-period.ts'

const calm: FunctionPeriod = {
  ran: '4f1c2d3e4a5b',
  physicalId: 'A',
  start: 0,
  end: 1,
  invocations: 500,
  coldStarts: 20,
  initP50: 400,
  initP99: 900,
  durationP50: 10,
  durationP99: 90,
  memoryUsed: 100,
  memorySize: 256,
  timeouts: 0,
  outOfMemory: 0,
  errors: 0,
}

const cases: readonly (readonly [
  string,
  readonly Partial<FunctionPeriod>[],
  RegExp | undefined,
])[] = [
  ['nothing to say', [{}], undefined],
  ['no calls at all', [], undefined],
  ["errors alone are the code's own", [{ errors: 40 }], undefined],
  ['memory is almost full', [{ memoryUsed: 240 }], /^It used 240 of its 256 MB/],
  ['the same of too few calls', [{ memoryUsed: 240, invocations: 3 }], undefined],
  [
    'memory ran out',
    [{ memoryUsed: 256, outOfMemory: 2 }],
    /^2 of 500 calls ended for lack of memory/,
  ],
  ['timeouts', [{ timeouts: 1 }], /^1 of 500 calls ended at the timeout/],
  ['a long initialization', [{ initP50: 4200 }], /^Half of its cold starts take 4\.2 s/],
  ['one cold start says nothing', [{ initP50: 4200, coldStarts: 1 }], undefined],
  ['slower than before', [{}, { initP50: 900 }], /take 500 ms longer \(400 ms before/],
  ['hardly slower', [{}, { initP50: 550 }], undefined],
  ['slower, but of too few', [{ coldStarts: 2 }, { initP50: 900 }], undefined],
  ['faster', [{ initP50: 900 }, {}], undefined],
  ['what was wrong before is over', [{ timeouts: 9 }, {}], undefined],
]

for (const [name, periods, expected] of cases)
  t.test(name, (t) => {
    const advice = adviceFor(periods.map((each) => ({ ...calm, ...each })))
    t.equal(advice.length, expected === undefined ? 0 : 1, advice.join())
    if (expected !== undefined) t.match(advice[0], expected)
    t.end()
  })
