import t from 'tap'

import { planLifecyclePolicy } from '../../../../plugin/core/retention/lifecycle-policy.ts'
import { planPullPolicy } from '../../../../plugin/core/retention/pull-policy.ts'
import { planRepository } from '../../../../plugin/core/retention/repository-settings.ts'

const place = { partition: 'aws', region: 'us-east-1', account: '123456789012' }
const arn = 'arn:aws:ecr:us-east-1:123456789012:repository/app-lambda-images'
const wanted = {
  ...place,
  name: 'app-lambda-images',
  images: ['lancedb'],
  keep: 10,
  tags: { 'arc-app': 'app' },
}

const statement = {
  Sid: 'ArcContainerImagesLambdaPull',
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  Condition: {
    StringLike: { 'aws:sourceArn': 'arn:aws:lambda:us-east-1:123456789012:function:*' },
  },
}

const repository = {
  repositoryArn: arn,
  repositoryName: 'app-lambda-images',
  imageTagMutability: 'IMMUTABLE',
  imageScanningConfiguration: { scanOnPush: true },
  encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'arn:aws:kms:...' },
}

const inOrder = {
  repository,
  policyText: JSON.stringify({ Version: '2008-10-17', Statement: [statement] }),
  lifecyclePolicyText: planLifecyclePolicy(undefined, 10).text,
  tags: { 'arc-app': 'app', owner: 'someone' },
}

t.test('one in order is left alone, also with KMS and tags of others', (t) => {
  t.strictSame(planRepository(inOrder, wanted), [])
  t.end()
})

t.test('one made by hand is brought to it, change by change', (t) => {
  const byHand = {
    repository: {
      repositoryArn: arn,
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
    },
    tags: { 'arc-app': 'other', owner: 'someone' },
  }
  const changes = planRepository(byHand, wanted)
  t.strictSame(changes.slice(0, 2), [
    {
      action: 'ecr:PutImageTagMutability',
      input: { repositoryName: 'app-lambda-images', imageTagMutability: 'IMMUTABLE' },
      description: 'make tags immutable (were MUTABLE)',
    },
    {
      action: 'ecr:TagResource',
      input: { resourceArn: arn, tags: [{ Key: 'arc-app', Value: 'app' }] },
      description: 'tag the repository with arc-app',
    },
  ])
  t.strictSame(
    changes.slice(2).map(({ action, tagFirst }) => [action, tagFirst]),
    [
      ['ecr:SetRepositoryPolicy', undefined],
      ['ecr:PutLifecyclePolicy', true],
    ],
  )
  t.end()
})

t.test('each setting by itself', (t) => {
  const cases = {
    'ecr:PutLifecyclePolicy': { lifecyclePolicyText: planLifecyclePolicy(undefined, 9).text },
    'ecr:SetRepositoryPolicy': { policyText: '{"Version":"2012-10-17","Statement":[]}' },
    'ecr:TagResource': { tags: {} },
    'ecr:PutImageTagMutability': { repository: { ...repository, imageTagMutability: 'MUTABLE' } },
  }
  for (const [action, change] of Object.entries(cases))
    t.strictSame(
      planRepository({ ...inOrder, ...change }, wanted).map((found) => [
        found.action,
        found.tagFirst,
      ]),
      [[action, undefined]],
    )
  t.end()
})

t.test('immutable with exclusions: accepted while none could be a tag of ours', (t) => {
  function changes(...filters: string[]): number {
    const exclusions = filters.map((filter) => ({ filterType: 'WILDCARD', filter }))
    const excluding = {
      ...repository,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: exclusions,
    }
    return planRepository({ ...inOrder, repository: excluding }, wanted).length
  }
  t.equal(changes('cache', 'buildcache-*', 'latest'), 0)
  for (const filter of [
    '*',
    'live*',
    'live-App*',
    'l*',
    'deps-lancedb*',
    'lancedb*',
    'lancedb-arm64-1',
  ])
    t.equal(changes('cache', filter), 1, filter)
  t.end()
})

function policy(...statements: object[]): string {
  return JSON.stringify({ Version: '2008-10-17', Statement: statements })
}

t.test("Lambda's pull statement beside those of others", (t) => {
  t.strictSame(JSON.parse(planPullPolicy(undefined, place) ?? ''), {
    Version: '2012-10-17',
    Statement: [statement],
  })
  const theirs = { Sid: 'CI', Effect: 'Allow', Principal: '*', Action: 'ecr:PutImage' }
  t.strictSame(JSON.parse(planPullPolicy(policy(theirs), place) ?? ''), {
    Version: '2008-10-17',
    Statement: [theirs, statement],
  })
  const single = JSON.stringify({ Version: '2008-10-17', Statement: theirs })
  t.strictSame(JSON.parse(planPullPolicy(single, place) ?? '').Statement, [theirs, statement])
  const other = { ...statement, Condition: { StringLike: { 'aws:sourceArn': 'arn:other' } } }
  t.strictSame(JSON.parse(planPullPolicy(policy(other, theirs), place) ?? '').Statement, [
    theirs,
    statement,
  ])
  t.end()
})

t.test('when Lambda is allowed already', (t) => {
  const { Condition, ...open } = statement
  const sources = {
    StringLike: { 'aws:sourceArn': ['arn:other', Condition.StringLike['aws:sourceArn']] },
  }
  const allowing = [
    { ...statement, Sid: 'LambdaECRImageRetrievalPolicy' },
    { ...open, Sid: 'x' },
    { ...open, Sid: 'x', Action: 'ecr:*' },
    { ...statement, Sid: 'x', Condition: sources },
    { ...statement, Sid: 'x', Action: [...statement.Action, 'ecr:PutImage'] },
    { ...statement, Sid: 'x', Principal: { Service: ['a', 'lambda.amazonaws.com'] } },
  ]
  for (const each of allowing)
    t.equal(planPullPolicy(policy(each), place), undefined, JSON.stringify(each))
  const refusing = [
    { ...statement, Effect: 'Deny' },
    { ...statement, Sid: 'x', Action: 'ecr:BatchGetImage' },
    { ...statement, Sid: 'x', Principal: { AWS: 'arn:aws:iam::1:root' } },
    { ...statement, Sid: 'x', Condition: { ...sources, Bool: { 'aws:SecureTransport': 'true' } } },
  ]
  for (const each of refusing)
    t.not(planPullPolicy(policy(each), place), undefined, JSON.stringify(each))
  t.throws(() => planPullPolicy('{', place), { code: 'RETENTION_POLICY_INVALID' })
  t.end()
})
