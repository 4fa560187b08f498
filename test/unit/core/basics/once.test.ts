import t from 'tap'

import { once, oncePer } from '../../../../plugin/core/basics/once.ts'

t.test('made once, however many ask, and not before', async (t) => {
  let made = 0
  const number = once(async () => ++made)
  t.equal(made, 0)
  t.strictSame(await Promise.all([number(), number()]), [1, 1])
  t.equal(await number(), 1)
})

t.test('a failure is shared by those who wait, and not kept', async (t) => {
  let tries = 0
  const number = once(async () => {
    if (++tries === 1) throw new Error('first')
    return tries
  })
  const both = await Promise.allSettled([number(), number()])
  t.strictSame(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  t.equal(await number(), 2)
})

t.test('once per key', async (t) => {
  const asked: string[] = []
  const lengthOf = oncePer(
    async (word: string) => asked.push(word),
    (word) => word.toLowerCase(),
  )
  await Promise.all([lengthOf('a'), lengthOf('A'), lengthOf('b')])
  t.strictSame(asked, ['a', 'b'])
})
