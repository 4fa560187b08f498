import t from 'tap'

import { liveTag, parseLiveTag, syncTag } from '../../../../plugin/core/image/live-tag.ts'
import { tagsToPrune } from '../../../../plugin/core/retention/live-tags.ts'
import { tagsToRelease } from '../../../../plugin/core/retention/release-synced.ts'
import { digest } from './digests.ts'

const now = Date.UTC(2026, 10, 23, 14, 28, 5, 123)
const [minute, day] = [60_000, 24 * 60 * 60_000]
const [old, fresh] = [digest('old'), digest('fresh')]
const content = `lancedb-arm64-${'0'.repeat(32)}`
const tagOf = (of: typeof old, age: number, stack = 'S') => syncTag(stack, 'lancedb', of, now - age)

function release(tags: readonly string[], more: object = {}, pushedAt = now) {
  const images = [{ digest: old, tags, pushedAt, size: 1 }]
  const input = {
    stack: 'S',
    images,
    held: new Set([fresh]),
    before: { ran: new Set([old]), at: now },
    now,
  }
  return tagsToRelease({ ...input, ...more })
}

t.test('a tag as it is written is one of ours, with its time', (t) => {
  t.equal(tagOf(old, 0), `${liveTag('S', 'lancedb', old, now)}_142805123`)
  t.match(parseLiveTag(tagOf(old, 0)), { stack: 'S', day: '20261123', time: '142805123' })
  const longest = syncTag('A'.repeat(128), 'i'.repeat(32), old, now)
  t.ok(longest.length <= 128, 'what ECR allows')
  t.end()
})

t.test('what ran before goes, and its image where nothing else is on it', (t) => {
  const own = tagOf(old, minute)
  t.strictSame(release([content, own]), [content, own])
  t.strictSame(release([own]), [own])
  const byDeploy = now - day
  t.strictSame(release([content, own], {}, byDeploy), [own], 'what a deploy pushed is a cache')
  t.end()
})

t.test('a sync of the same second is one that began before, or one that did not', (t) => {
  t.strictSame(release([tagOf(old, 1)]), [tagOf(old, 1)])
  t.strictSame(release([tagOf(old, 0)]), [], 'whoever tagged it has seen what runs')
  t.end()
})

t.test('an image that somebody else has tagged stays', (t) => {
  const own = tagOf(old, minute)
  for (const other of [
    liveTag('S', 'lancedb', old, now),
    tagOf(old, minute, 'T'),
    'by-hand',
    `deps-${content}`,
  ])
    t.strictSame(release([content, own, other]), [own], other)
  t.end()
})

t.test('what is run, or named by the template, keeps its tags', (t) => {
  const own = tagOf(old, minute)
  t.strictSame(release([content, own], { held: new Set([old]) }), [])
  t.end()
})

t.test("a colleague's sync may be on its way; what a killed one left is not", (t) => {
  const before = { ran: new Set<typeof old>(), at: now }
  t.strictSame(release([content, tagOf(old, 5 * minute)], { before }), [])
  const again = tagOf(old, minute)
  const since = { ran: new Set([old]), at: now - 2 * minute }
  t.strictSame(release([content, again], { before: since }), [], 'tagged after that was read')
  const left = tagOf(old, 61 * minute)
  t.strictSame(release([content, left], { before }), [content, left])
  t.end()
})

t.test("a deploy prunes a sync's tags after an hour, and keeps its own of a held image", (t) => {
  const held = { stack: 'S', kind: 'settled', state: '', functions: new Map() } as const
  const prune = (tags: readonly string[], holds: readonly (typeof old)[]) =>
    tagsToPrune(
      { ...held, held: new Set(holds) },
      [{ digest: old, tags, pushedAt: now, size: 1 }],
      now,
    ).map(({ tag }) => tag)
  const own = tagOf(old, 2 * 60 * minute)
  t.strictSame(prune([content, own], []), [own])
  t.strictSame(prune([content, tagOf(old, minute)], []), [])
  t.strictSame(prune([content, own], [old]), [], 'the only one that keeps it')
  const deployed = liveTag('S', 'lancedb', old, now - 9 * day)
  t.strictSame(prune([content, own, deployed], [old]), [own], 'which a sync may let go')
  t.end()
})
