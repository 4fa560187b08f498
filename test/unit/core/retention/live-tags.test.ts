import fc from 'fast-check'
import t from 'tap'

import {
  isFresh,
  liveTag,
  parseLiveTag,
  stackInTag,
  tagsOf,
} from '../../../../plugin/core/image/live-tag.ts'
import {
  tagsBeforeUse,
  tagsToPrune,
  tagsToRestore,
} from '../../../../plugin/core/retention/live-tags.ts'
import { isOwnTag } from '../../../../plugin/core/image/tag.ts'
import type { StackImages } from '../../../../plugin/core/retention/stack-images.ts'
import { isReservedImageName } from '../../../../plugin/core/settings/reserved-name.ts'
import { digest } from './digests.ts'

// Set, so that a gate that fails fails again.
fc.configureGlobal({ seed: 1 })

const now = Date.UTC(2026, 10, 23, 12)
const oneDay = 24 * 60 * 60 * 1000
const content = `lancedb-arm64-${'0'.repeat(32)}`

t.test('a tag as it is written', (t) => {
  const tag = 'live-AppStagingPR5_lancedb_ba7816bf8f01cfea_20261123'
  t.equal(liveTag('AppStagingPR5', 'lancedb', digest('abc'), now), tag)
  t.strictSame(parseLiveTag(tag), {
    stack: 'AppStagingPR5',
    image: 'lancedb',
    digest: 'ba7816bf8f01cfea',
    day: '20261123',
  })
  t.ok(isOwnTag(tag))
  t.equal(
    liveTag('A'.repeat(128), 'lancedb', digest('abc'), now),
    'live-AAAAAAAAAA.Hb6ac3cc10386331c765f_lancedb_ba7816bf8f01cfea_20261123',
  )
  for (const foreign of ['live-2026', 'live', 'latest', content, `${tag}x`, 'live-a_b_c_20261123'])
    t.equal(parseLiveTag(foreign), undefined, foreign)
  t.end()
})

t.test('no image may have a name whose content tag begins as ours do', (t) => {
  for (const name of ['live', 'live-stream', 'deps', 'deps-lancedb'])
    t.ok(isReservedImageName(name), name)
  for (const name of ['livestream', 'alive-x', 'depsy', 'lancedb'])
    t.notOk(isReservedImageName(name), name)
  t.end()
})

/** Names with the characters and lengths at which forms could meet. */
const stacks = fc.oneof(
  fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,127}$/),
  fc.stringMatching(/^[ab][ab-]{0,5}$/),
  fc.string(),
)
const images = fc.oneof(
  fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,31}$/),
  fc.stringMatching(/^[ab][ab._-]{0,5}$/),
  fc.string(),
)
const parts = fc.record({ stack: stacks, image: images, content: fc.nat(3), day: fc.nat(3) })

function tagOf({
  stack,
  image,
  content: name,
  day,
}: typeof parts extends fc.Arbitrary<infer T> ? T : never) {
  return liveTag(stack, image, digest(String(name)), now + day * oneDay)
}

t.test('properties of every tag', (t) => {
  fc.assert(
    fc.property(parts, (one) => {
      const tag = tagOf(one)
      const parsed = parseLiveTag(tag)
      return (
        /^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}$/.test(tag) &&
        parsed?.stack === stackInTag(one.stack) &&
        parsed.digest === digest(String(one.content)).slice(7, 23) &&
        tagsOf(one.stack, [tag, 'live-foreign']).length === 1
      )
    }),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const same = JSON.stringify(one) === JSON.stringify(other)
      return (tagOf(one) === tagOf(other)) === same
    }),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(
      parts,
      stacks,
      (one, stack) => tagsOf(stack, [tagOf(one)]).length === (stack === one.stack ? 1 : 0),
    ),
    { numRuns: 1000 },
  )
  t.end()
})

t.test('a tag is fresh for the rest of its day and all of the next', (t) => {
  const tag = liveTag('App', 'lancedb', digest('a'), Date.UTC(2026, 10, 23, 0, 0, 1))
  t.ok(isFresh(tag, Date.UTC(2026, 10, 24, 23, 59, 59)))
  t.notOk(isFresh(tag, Date.UTC(2026, 10, 25, 0, 0, 0)))
  t.ok(isFresh(tag, Date.UTC(2026, 10, 29), 7 * oneDay))
  t.notOk(isFresh(tag, Date.UTC(2026, 10, 29), 0))
  t.end()
})

function stack(held: string[], kind: StackImages['kind'] = 'settled'): StackImages {
  return { stack: 'App', kind, state: kind, functions: new Map(), held: new Set(held.map(digest)) }
}

function image(name: string, ...tags: string[]) {
  return { digest: digest(name), tags, pushedAt: now, size: 1 }
}

function tagFor(name: string, days: number, owner = 'App'): string {
  return liveTag(owner, 'lancedb', digest(name), now - days * oneDay)
}

t.test('before use: a tag of today for each image, once', (t) => {
  const uses = ['a', 'b', 'a'].map((name) => ({ image: 'lancedb', digest: digest(name) }))
  const present = [image('a', content, tagFor('a', 0)), image('b', tagFor('b', 1))]
  t.strictSame(tagsBeforeUse('App', uses, present, now), [
    { digest: digest('b'), tag: tagFor('b', 0) },
  ])
  t.equal(tagsBeforeUse('App', uses, [], now).length, 2, 'also for an image that is not there')
  t.end()
})

t.test('prune: only what the stack does not hold, only its own, only old', (t) => {
  const present = [
    image('held', content, tagFor('held', 9), tagFor('held', 5)),
    image('stale', content, tagFor('stale', 2), tagFor('stale', 2, 'AppPR1')),
    image('fresh', content, tagFor('fresh', 1), tagFor('fresh', 3)),
    image('foreign', content, 'live-by-hand'),
  ]
  t.strictSame(tagsToPrune(stack(['held']), present, now), [
    { digest: digest('held'), tag: tagFor('held', 9) },
    { digest: digest('stale'), tag: tagFor('stale', 2) },
    { digest: digest('fresh'), tag: tagFor('fresh', 3) },
  ])
  t.strictSame(tagsToPrune(stack(['held'], 'unsettled'), present, now), [])
  t.equal(tagsToPrune(stack([], 'gone'), present, now).length, 4)
  t.end()
})

t.test('prune: with its last tag goes an image that only stale tags of this stack keep', (t) => {
  const present = [
    image('a', tagFor('a', 9)),
    image('b', tagFor('b', 8), tagFor('b', 9)),
    image('of another', tagFor('of another', 9), tagFor('of another', 9, 'AppPR1')),
    image('held', tagFor('held', 9)),
    image('fresh', tagFor('fresh', 0)),
  ]
  t.strictSame(tagsToPrune(stack(['held']), present, now), [
    { digest: digest('a'), tag: tagFor('a', 9) },
    { digest: digest('b'), tag: tagFor('b', 8) },
    { digest: digest('b'), tag: tagFor('b', 9) },
    { digest: digest('of another'), tag: tagFor('of another', 9) },
  ])
  t.end()
})

t.test('a held image whose tag somebody removed gets one again', (t) => {
  const present = [
    image('a', content, tagFor('a', 3, 'AppPR1')),
    image('b', 'unknown'),
    image('c', tagFor('c', 9)),
  ]
  t.strictSame(tagsToRestore(stack(['a', 'b', 'c', 'gone']), present, now), [
    { digest: digest('a'), tag: tagFor('a', 0) },
    { digest: digest('b'), tag: liveTag('App', 'image', digest('b'), now) },
  ])
  t.end()
})
