import t from 'tap'

import { findWrong } from '../../../stand-in/retention-world/check.ts'
import { ourRules } from '../../../stand-in/retention-world/rules.ts'
import { hoarding, losing } from './mutations.ts'

/** Set ones: a gate that fails must fail again. `npm run test:soak` draws others. */
const seeds = [
  1,
  // gc took the content tag of an image while a deploy held it that then stopped for ever.
  -704057659,
]

for (const seed of seeds)
  t.test(`10,000 histories lose no image in use, and images do not pile up (${seed})`, (t) => {
    t.equal(findWrong(ourRules, { seed }), undefined)
    t.end()
  })

// Here it is told that the world would notice.
const seed = 2

for (const [name, mutation] of Object.entries(losing))
  t.test(`an image in use is lost by: ${name}`, (t) => {
    const found = findWrong({ ...ourRules, ...mutation }, { seed, endOnFailure: true }, ' lost ')
    t.match(found?.end, / lost sha256:/)
    t.end()
  })

for (const [name, mutation] of Object.entries(hoarding))
  t.test(`images pile up by: ${name}`, (t) => {
    const found = findWrong({ ...ourRules, ...mutation }, { seed, endOnFailure: true }, ' held')
    t.match(found?.end, /\d+ images, \d+ of them held/)
    t.end()
  })

t.test('a history that goes wrong is told at its shortest', (t) => {
  const found = findWrong({ ...ourRules, pruneAt: 'end' }, { seed }, ' lost ')
  // Two deploys, days, and a third one that fails after it cleared away what it came from.
  t.match(found?.story, [/^deploy \d/, /^deploy \d/, /^time/, /^deploy and fail/])
  t.equal(found?.story.length, 4)
  t.match(found?.end, /UPDATE_ROLLBACK_COMPLETE\) lost sha256:[0-9a-f]{8}/)
  t.end()
})
