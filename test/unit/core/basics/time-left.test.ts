import t from 'tap'

import { timeLeft } from '../../../../plugin/core/basics/time-left.ts'

t.test('the rest at the speed so far', (t) => {
  const first = { at: 1000, done: 10 }
  t.equal(timeLeft(first, { at: 5000, done: 30 }, 130), 'about 20 s left')
  t.equal(timeLeft(first, { at: 5000, done: 11 }, 130), 'about 8 min left')
  t.equal(timeLeft(first, { at: 2500, done: 30 }, 130), undefined, 'too early')
  t.equal(timeLeft(first, { at: 5000, done: 10 }, 130), undefined, 'nothing moves')
  t.equal(timeLeft(first, { at: 5000, done: 130 }, 130), undefined, 'it is over')
  t.end()
})
