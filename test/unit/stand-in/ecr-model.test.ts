import t from 'tap'

import {
  deleteDigest,
  deleteTag,
  evaluateLifecycle,
  parsePolicy,
  putImage,
  type ModelImage,
} from '../../stand-in/aws/ecr-model/index.ts'

const oneDay = 24 * 60 * 60 * 1000
const now = Date.UTC(2026, 10, 23)

/** Images by a letter: their tags, and how many days ago they were pushed. */
function images(all: Record<string, readonly [tags: string[], days: number]>): ModelImage[] {
  return Object.entries(all).map(([digest, [tags, days]]) => ({
    digest,
    tags,
    pushedAt: now - days * oneDay - 1,
  }))
}

function policy(...selections: object[]): string {
  const rules = selections.map((selection, index) => ({
    rulePriority: index + 1,
    selection,
    action: { type: 'expire' },
  }))
  return JSON.stringify({ rules })
}

const oneOf = (pattern: string) => ({
  tagStatus: 'tagged',
  tagPatternList: [pattern],
  countType: 'imageCountMoreThan',
  countNumber: 1,
})
const alphaBeta = { tagStatus: 'tagged', tagPatternList: ['alpha*', 'beta*'] }
const newestOne = { countType: 'imageCountMoreThan', countNumber: 1 }
const days = (countNumber: number) => ({
  countType: 'sinceImagePushed',
  countUnit: 'days',
  countNumber,
})

const prodAndBeta = images({
  A: [['beta-1', 'prod-1'], 10],
  B: [['beta-2', 'prod-2'], 9],
  C: [['beta-3'], 8],
})

// The examples of ECR's user guide, "Examples of lifecycle policies", with the results it gives.
const documented = [
  {
    name: 'multiple rules, A',
    text: policy(oneOf('prod*'), oneOf('beta*')),
    images: prodAndBeta,
    expired: ['A'],
  },
  {
    name: 'multiple rules, B',
    text: policy(oneOf('beta*'), oneOf('prod*')),
    images: prodAndBeta,
    expired: ['A', 'B'],
  },
  {
    name: 'multiple tags in a single rule, A',
    text: policy({ ...alphaBeta, ...days(5) }),
    images: images({
      A: [['alpha-1'], 12],
      B: [['beta-1'], 11],
      C: [['alpha-2', 'beta-2'], 10],
      D: [['alpha-3'], 4],
      E: [['beta-3'], 3],
      F: [['alpha-4', 'beta-4'], 2],
    }),
    expired: ['C'],
  },
  {
    name: 'multiple tags in a single rule, B',
    text: policy({ ...alphaBeta, ...newestOne }),
    images: images({
      A: [['alpha-1', 'beta-1', 'gamma-1'], 10],
      B: [['alpha-2', 'beta-2'], 9],
      C: [['alpha-3', 'beta-3', 'gamma-2'], 8],
    }),
    expired: ['A', 'B'],
  },
  {
    name: 'all images, A',
    text: policy({ tagStatus: 'any', ...newestOne }),
    images: images({ A: [['alpha-1'], 4], B: [['beta-1'], 3], C: [[], 2], D: [['alpha-2'], 1] }),
    expired: ['A', 'B', 'C'],
  },
  {
    name: 'all images, B: every type of rule',
    text: policy(
      oneOf('alpha*'),
      { tagStatus: 'untagged', ...days(1) },
      { tagStatus: 'any', ...newestOne },
    ),
    images: [
      ...images({ A: [['alpha-1', 'beta-1'], 4], B: [[], 3], C: [['alpha-2'], 2] }),
      { digest: 'D', tags: ['git-hash'], pushedAt: now - oneDay },
      { digest: 'E', tags: [], pushedAt: now - oneDay + 1 },
    ],
    expired: ['A', 'B', 'D'],
  },
]

for (const { name, text, images: present, expired } of documented)
  t.test(`lifecycle as documented: ${name}`, (t) => {
    const found = evaluateLifecycle(parsePolicy(text), present, now)
    t.strictSame(
      found.map(({ digest }) => digest),
      expired,
    )
    t.end()
  })

t.test('policies that ECR does not take', (t) => {
  const any = { tagStatus: 'any', ...newestOne }
  const prefix = { tagStatus: 'tagged', tagPrefixList: ['a'], ...newestOne }
  t.throws(() => parsePolicy(policy(any, prefix)), /highest number/)
  t.throws(() => parsePolicy(policy(any, any)), /must be one/)
  t.throws(() => parsePolicy(policy(prefix, prefix)), /prefixes must be unique/)
  t.throws(() => parsePolicy(policy(oneOf('*a*b*c*d*'))), /four wildcards/)
  t.throws(() => parsePolicy(policy({ tagStatus: 'tagged', ...newestOne })), /not a lifecycle/)
  t.throws(() => parsePolicy(policy()), /between 1 and 50/)
  t.end()
})

t.test('tags: immutable ones stay, the image goes with its last', (t) => {
  const one = { digest: 'A', tags: ['a-1'], pushedAt: 1 }
  const again = putImage(putImage([], one), { digest: 'A', tags: ['a-2'], pushedAt: 9 })
  t.strictSame(again, [{ digest: 'A', tags: ['a-1', 'a-2'], pushedAt: 1 }])
  const other = { digest: 'B', tags: ['a-1'], pushedAt: 2 }
  t.throws(() => putImage(again, other), { message: 'ImageTagAlreadyExistsException: a-1 names A' })
  t.strictSame(putImage(again, other, 'MUTABLE'), [
    { digest: 'A', tags: ['a-2'], pushedAt: 1 },
    other,
  ])
  t.strictSame(deleteTag(again, 'a-2'), [one])
  t.strictSame(deleteTag(deleteTag(again, 'a-2'), 'a-1'), [])
  t.strictSame(deleteDigest(again, 'A'), [])
  t.end()
})
