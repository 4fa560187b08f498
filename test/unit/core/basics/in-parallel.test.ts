import t from 'tap'

import { inParallel } from '../../../../plugin/core/basics/in-parallel.ts'
import { ContainerImageError } from '../../../../plugin/errors.ts'

const fail = (message: string) => new ContainerImageError('SETUP_INVALID', message)

t.test('results keep the order of the items', async (t) => {
  const results = await inParallel([3, 1, 2], async (n) => {
    for (let turn = 0; turn < n; turn++) await Promise.resolve()
    return n * 10
  })
  t.strictSame(results, [30, 10, 20])
})

t.test('waits for all work before it throws', async (t) => {
  let finished = false
  const work = inParallel(['bad', 'slow'], async (name) => {
    if (name === 'bad') throw fail('bad')
    await new Promise((resolve) => setImmediate(resolve))
    finished = true
  })
  await t.rejects(work, { code: 'SETUP_INVALID', message: 'bad' })
  t.equal(finished, true)
})

t.test('several failures are one error that names each once', async (t) => {
  const work = inParallel(['a', 'b', 'b'], async (name) => {
    throw fail(`${name} went wrong`)
  })
  await t.rejects(work, {
    code: 'SEVERAL_FAILED',
    message: 'SETUP_INVALID: a went wrong\nSETUP_INVALID: b went wrong',
  })
})

t.test('a fault of our own is not hidden behind the others', async (t) => {
  const work = inParallel([fail('expected'), new TypeError('a bug')], async (error) => {
    throw error
  })
  await t.rejects(work, new TypeError('a bug'))
})
