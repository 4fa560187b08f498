import t from 'tap'

import { planGarbage, type GarbageInput } from '../../../../plugin/core/retention/plan-garbage.ts'
import { liveTag } from '../../../../plugin/core/image/live-tag.ts'
import { type StackImages, unreadStack } from '../../../../plugin/core/retention/stack-images.ts'
import { digest } from './digests.ts'

const oneDay = 24 * 60 * 60 * 1000
const now = Date.UTC(2026, 10, 23, 12)
const content = (kind = 'lancedb') => `${kind}-arm64-${'0'.repeat(32)}`

function image(name: string, days: number, ...tags: string[]) {
  return { digest: digest(name), tags, pushedAt: now - days * oneDay, size: 1000 }
}

function tagFor(name: string, stack: string, days: number): string {
  return liveTag(stack, 'lancedb', digest(name), now - days * oneDay)
}

function stack(name: string, held: string[], kind: StackImages['kind'] = 'settled'): StackImages {
  const state = kind === 'unsettled' ? 'UPDATE_IN_PROGRESS' : 'UPDATE_COMPLETE'
  return { stack: name, kind, state, functions: new Map(), held: new Set(held.map(digest)) }
}

/** One line an image: what goes and why, or why it stays. */
function plan(input: Partial<GarbageInput>): string[] {
  const full = { images: [], stacks: [], now, keep: 1, ...input }
  return planGarbage(full).map(({ goes, removes, why }) =>
    goes ? `goes: ${why}` : `-${removes.length}: ${why}`,
  )
}

const nobody = 'goes: no stack runs it or would roll back to it'

t.test('what nothing holds goes, with all its tags', (t) => {
  const images = [image('a', 9, content(), tagFor('a', 'Gone', 5)), image('b', 2, content())]
  t.strictSame(plan({ images }), [nobody, nobody])
  const [verdict] = planGarbage({ images, stacks: [], now, keep: 1 })
  t.strictSame(verdict?.removes, images[0]?.tags)
  t.end()
})

t.test('an archived image goes like another, and one that is held says what it is', (t) => {
  const archived = (name: string, ...tags: string[]) =>
    ({ ...image(name, 99, ...tags), status: 'archived' }) as const
  const images = [
    archived('a', content()),
    archived('b', content('other'), tagFor('b', 'App', 9)),
    // Of the newest dependency layers one stays that can be pulled.
    { ...image('c', 9, content('deps-lancedb')), status: 'activating' as const },
    image('d', 99, content('deps-lancedb')),
  ]
  t.strictSame(plan({ images, stacks: [stack('App', ['b'])] }), [
    nobody,
    '-0: App runs it or would roll back to it; it is archived, nothing can pull it',
    nobody,
    '-0: dependency layer, one of the newest 1',
  ])
  t.end()
})

t.test('what stays, and why', (t) => {
  const images = [
    image('a', 9, content(), tagFor('a', 'App', 9)),
    image('b', 9, content(), tagFor('b', 'Busy', 9)),
    image('c', 9, content(), tagFor('c', 'New', 1)),
    image('d', 9, 'latest'),
    image('e', 9),
    image('f', 0.5, content()),
    image('g', 9, content('deps-lancedb')),
    image('h', 99, content('deps-lancedb')),
    image('i', 9, content()),
    image('j', 9, content(), tagFor('j', 'App', 9)),
  ]
  const stacks = [stack('App', ['a']), stack('Busy', [], 'unsettled')]
  const runElsewhere = new Set([digest('i')])
  t.strictSame(plan({ images, stacks, runElsewhere }), [
    '-0: App runs it or would roll back to it',
    '-0: Busy is not at rest: UPDATE_IN_PROGRESS',
    '-0: tag of New is fresh',
    "-0: tag 'latest' is not ours",
    '-0: it has no tag of ours',
    '-0: pushed not long ago',
    '-0: dependency layer, one of the newest 1',
    nobody,
    '-0: a function outside of all stacks runs it',
    nobody,
  ])
  t.end()
})

t.test('tags of stacks that are gone go from an image that stays, never its last one', (t) => {
  const stacks = [stack('App', ['a', 'b'])]
  const images = [
    image('a', 9, content(), tagFor('a', 'Gone', 9), tagFor('a', 'App', 9)),
    image('b', 9, tagFor('b', 'Gone', 9), tagFor('b', 'Lost', 9)),
    image('c', 9, 'latest', tagFor('c', 'Gone', 9)),
  ]
  t.strictSame(
    planGarbage({ images, stacks, now, keep: 1 }).map(({ removes }) => removes),
    [[tagFor('a', 'Gone', 9)], [tagFor('b', 'Lost', 9)], [tagFor('c', 'Gone', 9)]],
  )
  t.end()
})

t.test('--older-than counts from the push and from the last use', (t) => {
  const images = [
    image('a', 20, content(), tagFor('a', 'Gone', 5)),
    image('b', 5, content()),
    image('c', 20, content(), tagFor('c', 'Gone', 18)),
  ]
  t.strictSame(plan({ images, olderThan: 7 * oneDay }), [
    '-0: tag of Gone is fresh',
    '-0: pushed not long ago',
    nobody,
  ])
  t.strictSame(plan({ images, olderThan: 0 }), [nobody, nobody, nobody])
  t.end()
})

t.test('--stack: only its images, and fresh ones too once it is gone', (t) => {
  const images = [
    image('a', 0, content(), tagFor('a', 'AppPR1', 0)),
    image('b', 0, content(), tagFor('b', 'AppPR1', 0), tagFor('b', 'App', 9)),
    image('c', 0, content(), tagFor('c', 'AppPR1', 0), tagFor('c', 'AppPR2', 0)),
    image('d', 9, content(), tagFor('d', 'Gone', 9)),
  ]
  t.strictSame(plan({ images, stacks: [stack('App', ['b'])], stack: 'AppPR1' }), [
    nobody,
    '-1: App runs it or would roll back to it',
    '-1: tag of AppPR2 is fresh',
    '-0: no tag of AppPR1',
  ])
  const there = stack('AppPR1', ['a'])
  t.strictSame(plan({ images: images.slice(0, 3), stacks: [there], stack: 'AppPR1' }), [
    '-0: AppPR1 runs it or would roll back to it',
    '-0: tag of AppPR1 is fresh',
    '-0: tag of AppPR1 is fresh',
  ])
  t.end()
})

t.test('of the previews: what is tagged for a stack that may not be read stays', (t) => {
  const images = [
    image('a', 9, content(), tagFor('a', 'AppStagingPR1', 9)),
    image('b', 9, content(), tagFor('b', 'OtherStagingPR1', 9)),
  ]
  const input = { images, stacks: [unreadStack('OtherStagingPR1'), unreadStack('OtherStaging')] }
  const stays = '-0: OtherStagingPR1 is not at rest: no preview of this app, so not read'
  t.strictSame(plan(input), [nobody, stays])
  t.strictSame(plan({ ...input, stack: 'OtherStagingPR1' }), [
    '-0: no tag of OtherStagingPR1',
    stays,
  ])
  t.end()
})
