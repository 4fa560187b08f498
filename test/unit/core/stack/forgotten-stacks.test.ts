import t from 'tap'

import { forgottenStacks, parseNumbers } from '../../../../plugin/core/stack/forgotten-stacks.ts'

const hour = 60 * 60 * 1000

t.test('stacks of closed pull requests, an hour old at least, and no other', (t) => {
  const now = 10 * hour
  const stacks = [
    { name: 'AppStagingPR5', changed: 0 },
    { name: 'AppStagingPR6', changed: 0 },
    { name: 'AppStagingPR7', changed: now - hour + 1 },
    { name: 'AppStaging', changed: 0 },
    { name: 'AppProduction', changed: 0 },
    { name: 'AppStagingPRIOR5', changed: 0 },
    { name: 'OtherStagingPR9', changed: 0 },
  ]
  const input = { stacks, prefix: 'AppStagingPR', open: new Set([6]), now }
  t.strictSame(
    forgottenStacks(input).map(({ name }) => name),
    ['AppStagingPR5'],
  )
  t.end()
})

t.test('numbers as gh prints them; nothing is none, and anything else is refused', (t) => {
  t.strictSame(parseNumbers('5 7\n12'), new Set([5, 7, 12]))
  t.strictSame(parseNumbers('5,7'), new Set([5, 7]))
  t.strictSame(parseNumbers(''), new Set())
  for (const text of ['0', '-1', '5 x', 'null', '1.5', 'error: no token'])
    t.equal(parseNumbers(text), undefined, text)
  t.end()
})
