import t from 'tap'

import { formatAge, parseDuration } from '../../../../plugin/core/basics/duration.ts'

const hour = 60 * 60 * 1000

t.test('durations', (t) => {
  t.equal(parseDuration('30d'), 30 * 24 * hour)
  t.equal(parseDuration('2w'), 14 * 24 * hour)
  for (const text of ['', '30', 'd', '0d', '-1d', '1h', '30 d', '30days'])
    t.equal(parseDuration(text), undefined, text)
  t.end()
})

t.test('ages', (t) => {
  t.equal(formatAge(0), '0 h')
  t.equal(formatAge(-5), '0 h', 'a clock that is behind')
  t.equal(formatAge(47 * hour), '47 h')
  t.equal(formatAge(72 * hour), '3 d')
  t.end()
})
