import t from 'tap'

import { findWrong } from '../stand-in/retention-world/check.ts'
import { type History, live, moves, syncs } from '../stand-in/retention-world/history.ts'
import { ourRules } from '../stand-in/retention-world/rules.ts'
import { hoarding, losing, moving } from '../stand-in/retention-world/mutations.ts'

/** A set one: a gate that fails must fail again. `npm run test:soak` draws others. */
const seed = 3

/** Finds each bent rule early; with the other two of them take thousands of histories. */
const bentSeed = 5

t.test('10,000 histories lose no image in use, and images do not pile up', (t) => {
  t.equal(findWrong(ourRules, { seed }), undefined)
  t.end()
})

t.test('gc takes the content tag of an image while a deploy holds it that then stops', (t) => {
  const shared: History['shared'] = [
    ['begin deploy', 0, 2, 1],
    ['step', 0, 0, 0],
    ['step', 0, 0, 2],
    ['time', 0, 0, 3],
    ['deploy and fail', 2, 0, 0],
    ['gc step', 0, 0, 0],
    ['gc step', 0, 0, 0],
    ['step', 0, 0, 0],
    ['time', 0, 0, 0],
    ['gc step', 0, 0, 0],
    ['deploy', 2, 1, 0],
    ['deploy', 0, 0, 0],
  ]
  t.equal(live(ourRules, { legacy: [], shared, separate: [] }), undefined)
  const keepsLast: typeof ourRules.tagsToPrune = (stack, images, now) =>
    ourRules
      .tagsToPrune(stack, images, now)
      .filter(({ digest }) => images.some((each) => each.digest === digest && each.tags.length > 1))
  const hoards = { ...ourRules, tagsToPrune: keepsLast }
  t.match(live(hoards, { legacy: [], shared, separate: [] }), /before gc: .* images/)
  t.end()
})

t.test('10,000 histories in which previews get a repository of their own', (t) => {
  t.equal(findWrong(ourRules, { seed }, { kind: moves }), undefined)
  t.end()
})

t.test('10,000 histories with syncs, whole, in steps and killed', (t) => {
  t.equal(findWrong(ourRules, { seed }, { kind: syncs }), undefined)
  const { tagsToRelease } = ourRules
  const mutations: Readonly<Record<string, Partial<typeof ourRules>>> = {
    'a sync without a tag': { tagSynced: false },
    'a sync that lets go of what runs': {
      tagsToRelease: (input) => tagsToRelease({ ...input, held: new Set() }),
    },
  }
  for (const [name, mutation] of Object.entries(mutations)) {
    const bent = { ...ourRules, ...mutation }
    const found = findWrong(bent, { seed, endOnFailure: true }, { kind: syncs, sign: ' lost ' })
    t.match(found?.end, / lost sha256:/, name)
  }
  t.end()
})

t.test('layers of packages go with the last image that has them, and are sent after all', (t) => {
  const shared: History['shared'] = [
    ['deploy', 1, 1, 0],
    ['time', 0, 0, 0],
    ['begin deploy', 0, 1, 0],
    // It has found the layers of the first one's packages, and sends none.
    ['step', 0, 0, 2],
    ['remove', 1, 0, 0],
    ['teardown', 1, 0, 0],
    ['deploy', 2, 2, 0],
    ['deploy', 2, 3, 0],
    ['expire', 0, 0, 0],
    ['submit', 0, 0, 0],
  ]
  t.equal(live(ourRules, { legacy: [], shared, separate: [] }), undefined)
  const gone = { ...ourRules, sendsAfterAll: false }
  t.match(
    live(gone, { legacy: [], shared, separate: [] }),
    /refused, it lost layer package 1 0 any/,
  )
  t.end()
})

t.test('after gc there is no layer that only a deploy wanted which failed', (t) => {
  const shared: History['shared'] = [
    ['deploy', 0, 1, 0],
    ['time', 0, 0, 0],
    ['deploy and fail', 0, 2, 0],
  ]
  t.equal(live(ourRules, { legacy: [], shared, separate: [] }), undefined)
  const idle = { ...ourRules, planGarbage: () => [] }
  t.match(
    live(idle, { legacy: [], shared, separate: [] }),
    /after gc: app: nobody needs layer code/,
  )
  t.end()
})

t.test('rolled back, and forward again after days in which others deployed', (t) => {
  const shared: History['shared'] = [
    ['deploy', 1, 0, 0],
    ['time', 0, 0, 4],
    ['deploy', 1, 1, 0],
    ['time', 0, 0, 4],
    ['roll back', 1, 0, 1],
    ...[2, 3, 4, 5].map((content) => ['deploy', 0, content, 0] as const),
    ['time', 0, 0, 7],
    ['expire', 0, 0, 0],
    ['roll back and fail', 1, 0, 1],
    ['gc', 0, 0, 0],
    ['time', 0, 0, 7],
    ['roll back', 1, 0, 1],
    ['expire', 0, 0, 0],
  ]
  t.equal(live(ourRules, { legacy: [], shared, separate: [] }), undefined)
  const forgets = { ...ourRules, rollbackNames: false }
  t.match(live(forgets, { legacy: [], shared, separate: [] }), /lost sha256/)
  t.end()
})

// Here it is told that the world would notice.

for (const [name, mutation] of Object.entries(losing))
  t.test(`an image in use is lost by: ${name}`, (t) => {
    const found = findWrong(
      { ...ourRules, ...mutation },
      { seed: bentSeed, endOnFailure: true },
      { sign: ' lost ' },
    )
    t.match(found?.end, / lost sha256:/)
    t.end()
  })

for (const [name, mutation] of Object.entries(moving))
  t.test(`an image in use is lost by: ${name}`, (t) => {
    const kind = moves
    const found = findWrong(
      { ...ourRules, ...mutation },
      { seed: bentSeed, endOnFailure: true },
      { kind },
    )
    t.match(found?.end, / lost sha256:/)
    t.end()
  })

for (const [name, mutation] of Object.entries(hoarding))
  t.test(`images pile up by: ${name}`, (t) => {
    const found = findWrong(
      { ...ourRules, ...mutation },
      { seed: bentSeed, endOnFailure: true },
      { sign: ' held' },
    )
    t.match(found?.end, /\d+ images, \d+ of them held/)
    t.end()
  })

t.test('a history that goes wrong is told at its shortest', (t) => {
  const found = findWrong({ ...ourRules, pruneAt: 'end' }, { seed }, { sign: ' lost ' })
  // Two deploys, days, and one that fails after it cleared away what it came from.
  t.match(found?.story, [/^deploy \d/, /^deploy \d/, /^time/, /^deploy and fail/])
  t.equal(found?.story.length, 4)
  t.match(found?.end, /UPDATE_ROLLBACK_COMPLETE\) lost sha256:[0-9a-f]{8}/)
  t.end()
})
