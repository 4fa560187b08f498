import t from 'tap'

import { type SyncSession, watchSync } from '../../../plugin/actions/watch-sync.ts'

type Step = 'opened' | 'failed' | `ran ${string}` | `followed ${string}` | `told ${string}`

/** A watch whose saves are given, each a list of files; it ends when there are no more. */
function scripted(saves: readonly (readonly string[])[], faults: Partial<Faults> = {}) {
  const steps: Step[] = []
  const errors: unknown[] = []
  let [opens, runs, running, most] = [0, 0, 0, 0]
  const session = (): SyncSession<string> => ({
    async run() {
      const number = runs++
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      steps.push(`ran ${number}`)
      if (faults.runs?.includes(number) === true) throw new Error(`run ${number}`)
      return String(number)
    },
    sources: () => ['src'],
    isOutdatedBy: (paths) => paths.has('app.arc'),
  })
  let asked = 0
  const done = watchSync({
    async open() {
      const number = opens++
      if (faults.opens?.includes(number) === true) throw new Error(`open ${number}`)
      steps.push('opened')
      return session()
    },
    always: ['app.arc'],
    follow: (paths) => steps.push(`followed ${paths.join()}`),
    changed: async () => new Set(saves[asked++]),
    tell: (outcome) => steps.push(`told ${outcome}`),
    fail(error) {
      if (faults.isFatal === true) throw error
      errors.push(error)
      steps.push('failed')
    },
    goesOn: () => asked < saves.length,
  })
  return { done, steps, errors, most: () => most }
}

interface Faults {
  /** Numbers of runs and of openings that fail, counted from 0. */
  readonly runs: readonly number[]
  readonly opens: readonly number[]
  readonly isFatal: boolean
}

t.test('a round at once, then one for each save, one after the other', async (t) => {
  const { done, steps, most } = scripted([['src/a.mjs'], ['src/b.mjs', 'src/c.mjs']])
  await done
  const round = (number: number): Step[] => [`ran ${number}`, `told ${number}`, 'followed src']
  t.strictSame(steps, ['followed app.arc', 'opened', ...[0, 1, 2].flatMap(round)])
  t.equal(most(), 1)
})

t.test('a round that fails is said, and the next save makes another', async (t) => {
  const { done, steps, errors } = scripted([['src/a.mjs'], ['src/a.mjs']], { runs: [0, 1] })
  await done
  t.match(errors, [/run 0/, /run 1/])
  t.equal(steps.filter((step) => step === 'opened').length, 1, 'of the same session')
  t.equal(steps.filter((step) => step === 'followed src').length, 3, 'and what it is of is watched')
  t.equal(
    steps.findLast((step) => step.startsWith('told')),
    'told 2',
  )
})

t.test('a change of more than code opens another session', async (t) => {
  const { done, steps } = scripted([['src/a.mjs'], ['app.arc', 'src/a.mjs']])
  await done
  t.strictSame(
    steps.filter((step) => /opened|ran/.test(step)),
    ['opened', 'ran 0', 'ran 1', 'opened', 'ran 2'],
  )
})

t.test('a session that cannot be opened is tried again at the next save', async (t) => {
  const { done, steps, errors } = scripted([['app.arc'], ['app.arc']], { opens: [0, 1] })
  await done
  t.match(errors, [/open 0/, /open 1/])
  t.match(steps, ['followed app.arc', 'failed', 'followed ', 'failed', 'followed ', 'opened'])
})

t.test('an error that no save mends ends it', async (t) => {
  const { done, steps } = scripted([['src/a.mjs']], { opens: [0], isFatal: true })
  await t.rejects(done, /open 0/)
  t.strictSame(steps, ['followed app.arc'])
})
