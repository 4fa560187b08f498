import fc from 'fast-check'
import t from 'tap'

import { planLifecyclePolicy } from '../../../../plugin/core/retention/lifecycle-policy.ts'
import { evaluateLifecycle, parsePolicy } from '../../../stand-in/aws/ecr-model/index.ts'

// Set, so that a gate that fails fails again.
fc.configureGlobal({ seed: 1 })

const ours = [
  {
    rulePriority: 1,
    description:
      'arc-plugin-container-images: never fires, keeps what a stack runs or would roll back to',
    selection: {
      tagStatus: 'tagged',
      tagPrefixList: ['live-'],
      countType: 'imageCountMoreThan',
      countNumber: 1_000_000,
    },
    action: { type: 'expire' },
  },
  {
    rulePriority: 2,
    description: 'arc-plugin-container-images: keeps the newest dependency layers',
    selection: {
      tagStatus: 'tagged',
      tagPrefixList: ['deps-'],
      countType: 'imageCountMoreThan',
      countNumber: 10,
    },
    action: { type: 'expire' },
  },
  {
    rulePriority: 3,
    description: 'arc-plugin-container-images: keeps the newest of all images',
    selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 10 },
    action: { type: 'expire' },
  },
]

function foreign(rulePriority: number, selection: object = { tagPrefixList: ['nightly'] }) {
  const count = { countType: 'imageCountMoreThan', countNumber: 3 }
  return {
    rulePriority,
    selection: { tagStatus: 'tagged', ...selection, ...count },
    action: { type: 'expire' },
  }
}

const any = { tagStatus: 'any' }

function rulesOf(text: string): { rulePriority: number; description?: string }[] {
  return JSON.parse(text).rules
}

/** Priorities of the merged policy; ours are marked. */
function order(current: object[]): string[] {
  const { text } = planLifecyclePolicy(JSON.stringify({ rules: current }), 10)
  return rulesOf(text).map(
    ({ rulePriority, description }) => `${description === undefined ? '' : 'our '}${rulePriority}`,
  )
}

t.test('the policy as it is put, and no difference once it is there', (t) => {
  const first = planLifecyclePolicy(undefined, 10)
  t.equal(first.differs, true)
  t.strictSame(JSON.parse(first.text), { rules: ours })
  t.equal(parsePolicy(first.text).length, 3, 'ECR would take it')
  t.equal(planLifecyclePolicy(first.text, 10).differs, false)
  const shuffled = JSON.stringify({ rules: ours.toReversed() }, null, 2)
  t.equal(planLifecyclePolicy(shuffled, 10).differs, false, 'whatever its form')
  const more = planLifecyclePolicy(first.text, 11)
  t.equal(more.differs, true)
  t.equal(rulesOf(more.text).length, 3, 'ours are replaced, not added to')
  t.end()
})

t.test("others' rules stay as they are, between ours", (t) => {
  t.strictSame(order([foreign(7, { tagPrefixList: ['a'] }), foreign(5)]), [
    'our 1',
    '5',
    '7',
    'our 8',
    'our 9',
  ])
  t.strictSame(order([foreign(1)]), ['our 1', '2', 'our 3', 'our 4'])
  t.strictSame(order([foreign(1), foreign(999, { tagPrefixList: ['a'] })]), [
    'our 1',
    '2',
    '3',
    'our 4',
    'our 5',
  ])
  const merged = planLifecyclePolicy(JSON.stringify({ rules: [foreign(4)] }), 10)
  t.strictSame(rulesOf(merged.text)[1], foreign(4))
  t.equal(planLifecyclePolicy(merged.text, 10).differs, false)
  t.end()
})

t.test('merging twice equals once, and keeps the order of the others', (t) => {
  const priorities = fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 12 })
  fc.assert(
    fc.property(priorities, (numbers) => {
      const rules = numbers.map((number) => foreign(number, { tagPrefixList: [`p${number}`] }))
      const { text } = planLifecyclePolicy(JSON.stringify({ rules }), 10)
      const merged = parsePolicy(text)
      const between = merged.slice(1, -2).map(({ selection }) => selection.tagPrefixList?.[0])
      t.strictSame(
        between,
        numbers.toSorted((one, other) => one - other).map((number) => `p${number}`),
      )
      return (
        !planLifecyclePolicy(text, 10).differs &&
        merged[0]?.rulePriority === 1 &&
        merged.every(({ rulePriority }) => rulePriority <= 999)
      )
    }),
    { numRuns: 200 },
  )
  t.end()
})

t.test('a rule that cannot stand beside ours is shown with ours', (t) => {
  const current = JSON.stringify({ rules: [foreign(1), foreign(2, any)] })
  t.throws(() => planLifecyclePolicy(current, 10), {
    code: 'RETENTION_RULE_CLASH',
    message:
      /theirs: .*"rulePriority":3.*"tagStatus":"any".*\nours: {3}.*keeps the newest of all images.*\nRemove theirs/,
  })
  for (const prefix of ['live-', 'deps-']) {
    const text = JSON.stringify({ rules: [foreign(1, { tagPrefixList: ['x', prefix] })] })
    t.throws(() => planLifecyclePolicy(text, 10), { code: 'RETENTION_RULE_CLASH' })
  }
  const wider = JSON.stringify({ rules: [foreign(1, { tagPrefixList: ['l'] })] })
  t.doesNotThrow(() => planLifecyclePolicy(wider, 10), 'a wider prefix comes after ours')
  t.end()
})

/** A rule that archives what nobody pulled. */
function archiving(selection: object) {
  return JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: {
          countType: 'sinceImagePulled',
          countUnit: 'days',
          countNumber: 60,
          ...selection,
        },
        action: { type: 'transition', targetStorageClass: 'archive' },
      },
    ],
  })
}

t.test('a rule that could archive what is live or a dependency layer is shown with ours', (t) => {
  const images = ['lancedb']
  const reaching = {
    'all that is live': { tagStatus: 'tagged', tagPrefixList: ['live-App'] },
    'a wider prefix': { tagStatus: 'tagged', tagPrefixList: ['l'] },
    'every tag': { tagStatus: 'tagged', tagPatternList: ['*'] },
    'a pattern in the middle': { tagStatus: 'tagged', tagPatternList: ['*arm64*'] },
    'dependency layers': { tagStatus: 'tagged', tagPrefixList: ['deps-lancedb'] },
    'content, which live images have too': { tagStatus: 'tagged', tagPrefixList: ['lancedb-'] },
    'both at once': { tagStatus: 'tagged', tagPrefixList: ['live-App', 'lancedb-arm64-'] },
    'any image': { tagStatus: 'any' },
  }
  for (const [name, selection] of Object.entries(reaching))
    t.throws(
      () => planLifecyclePolicy(archiving(selection), 10, images),
      {
        code: 'RETENTION_RULE_CLASH',
        message: /theirs: .*"transition".*\nours: {3}.*arc-plugin-container-images: /,
      },
      name,
    )
  const apart = {
    'tags of others': { tagStatus: 'tagged', tagPrefixList: ['nightly-'] },
    'also tags of others': { tagStatus: 'tagged', tagPatternList: ['*', 'nightly-*'] },
    'an image of another app': { tagStatus: 'tagged', tagPrefixList: ['render-arm64-'] },
    'nothing with a tag': { tagStatus: 'untagged' },
  }
  for (const [name, selection] of Object.entries(apart))
    t.doesNotThrow(() => planLifecyclePolicy(archiving(selection), 10, images), name)
  t.end()
})

t.test('policies that cannot be read or have no room', (t) => {
  for (const text of ['', 'x', '[]', '{"rules":1}', '{"rules":[{"rulePriority":"1"}]}'])
    t.throws(() => planLifecyclePolicy(text, 10), { code: 'RETENTION_POLICY_INVALID' }, text)
  const rules = Array.from({ length: 48 }, (_, index) =>
    foreign(index + 2, { tagPrefixList: [`p${index}`] }),
  )
  t.throws(() => planLifecyclePolicy(JSON.stringify({ rules }), 10), {
    code: 'RETENTION_POLICY_FULL',
    message: /has 51 rules/,
  })
  t.doesNotThrow(() => planLifecyclePolicy(JSON.stringify({ rules: rules.slice(1) }), 10))
  t.end()
})

t.test('what the policy does, by the model of ECR', (t) => {
  const rules = parsePolicy(planLifecyclePolicy(undefined, 2).text)
  const images = [
    ['live, oldest', 'live-App_lancedb_ba7816bf8f01cfea_20200101', 'lancedb-arm64-1'],
    ['dependencies 1', 'deps-lancedb-arm64-1'],
    ['dependencies 2', 'deps-lancedb-arm64-2'],
    ['dependencies 3', 'deps-lancedb-arm64-3'],
    ['code 1', 'lancedb-arm64-2'],
    ['code 2', 'lancedb-arm64-3'],
    ['live, newest', 'live-App_lancedb_1234567890abcdef_20261123', 'lancedb-arm64-4'],
  ].map(([digest = '', ...tags], pushedAt) => ({ digest, tags, pushedAt }))
  t.strictSame(evaluateLifecycle(rules, images, 99), [
    { digest: 'dependencies 1', rulePriority: 2 },
    // Two are kept, and the newest live one is the second of them.
    { digest: 'code 1', rulePriority: 3 },
  ])
  t.end()
})
