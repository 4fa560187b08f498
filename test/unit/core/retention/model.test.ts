import fc from 'fast-check'
import t from 'tap'

import { histories, live, type History } from '../../../stand-in/retention-world/history.ts'
import { ourRules, type Rules } from '../../../stand-in/retention-world/rules.ts'
import { hoarding, losing } from './mutations.ts'

/** The shortest of the histories that go wrong; nothing when none does. */
function wrong(rules: Rules, sign: string, parameters: fc.Parameters<[History]> = {}) {
  const property = fc.property(histories, (history) => {
    const end = live(rules, history)
    if (end?.includes(sign)) throw new Error(end)
  })
  const { failed, counterexample, errorInstance, seed } = fc.check(property, {
    numRuns: 10_000,
    ...parameters,
  })
  if (!failed) return undefined
  const story = (counterexample?.[0].happenings ?? []).map((happening) => happening.join(' '))
  return { seed, story, end: errorInstance instanceof Error ? errorInstance.message : '' }
}

t.test('10,000 histories lose no image in use, and images do not pile up', (t) => {
  t.equal(wrong(ourRules, ''), undefined)
  t.end()
})

// A set seed: here it is told that the world would notice, not looked for something new.
const seed = 2

for (const [name, mutation] of Object.entries(losing))
  t.test(`an image in use is lost by: ${name}`, (t) => {
    const found = wrong({ ...ourRules, ...mutation }, ' lost ', { seed, endOnFailure: true })
    t.match(found?.end, / lost sha256:/)
    t.end()
  })

for (const [name, mutation] of Object.entries(hoarding))
  t.test(`images pile up by: ${name}`, (t) => {
    const found = wrong({ ...ourRules, ...mutation }, ' held', { seed, endOnFailure: true })
    t.match(found?.end, /\d+ images, \d+ of them held/)
    t.end()
  })

t.test('a history that goes wrong is told at its shortest', (t) => {
  const found = wrong({ ...ourRules, pruneAt: 'end' }, ' lost ', { seed })
  // Two deploys, days, and a third one that fails after it cleared away what it came from.
  t.match(found?.story, [/^deploy \d/, /^deploy \d/, /^time/, /^deploy and fail/])
  t.equal(found?.story.length, 4)
  t.match(found?.end, /UPDATE_ROLLBACK_COMPLETE\) lost sha256:[0-9a-f]{8}/)
  t.end()
})
