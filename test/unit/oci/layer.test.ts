import t from 'tap'

import { isPossibleSize } from '../../../plugin/oci/layer.ts'

t.test('what layers can unpack to', (t) => {
  const layers = [{ size: 1_000_000 }, { size: 2_000_000 }]
  for (const size of [2_970_000, 3_000_000, 9_000_000, 8_000_000_000])
    t.ok(isPossibleSize(size, layers), JSON.stringify(size))
  const nonsense = [
    99e12,
    9e9,
    -1e30,
    -1,
    0,
    1,
    1.5,
    Number.NaN,
    Infinity,
    2 ** 60,
    '9000000',
    null,
    {},
  ]
  for (const size of nonsense) t.notOk(isPossibleSize(size, layers), JSON.stringify(size))
  t.ok(isPossibleSize(0, []))
  t.end()
})
