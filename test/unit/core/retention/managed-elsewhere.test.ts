import t from 'tap'

import { unfitSettings } from '../../../../plugin/core/retention/managed-elsewhere.ts'
import { planLifecyclePolicy } from '../../../../plugin/core/retention/lifecycle-policy.ts'
import { planPullPolicy } from '../../../../plugin/core/retention/pull-policy.ts'

const place = { partition: 'aws', region: 'us-west-2', account: '123456789012' }
const needed = { ...place, stackName: 'AppStaging', images: ['lancedb'] }
const repository = { imageTagMutability: 'IMMUTABLE' }
const policyText = planPullPolicy(undefined, place) ?? ''

function policy(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

function rules(...selections: [tagStatus: string, more?: object][]): string {
  return JSON.stringify({
    rules: selections.map(([tagStatus, more = {}], index) => ({
      rulePriority: index + 1,
      selection: { tagStatus, countType: 'imageCountMoreThan', countNumber: 5, ...more },
      action: { type: 'expire' },
    })),
  })
}

const lambda = {
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
}
const shield = { tagPatternList: ['live-*'], countNumber: 100_000 }

t.test('fit: what a platform team may well have written', (t) => {
  const fit = {
    'our own': { policyText, lifecyclePolicyText: planLifecyclePolicy(undefined, 3).text },
    'no lifecycle policy at all': {},
    'untagged images expire': { lifecyclePolicyText: rules(['untagged']) },
    'a shield of their own': {
      lifecyclePolicyText: rules(['untagged'], ['tagged', shield], ['any']),
    },
    'Lambda without condition': { policyText: policy(lambda) },
    'every action': { policyText: policy({ ...lambda, Action: 'ecr:*' }) },
    'by patterns': { policyText: policy({ ...lambda, Action: ['ecr:BatchGet*', 'ecr:Get*'] }) },
    everybody: { policyText: policy({ ...lambda, Principal: '*' }) },
    "the app's functions only": {
      policyText: policy({
        ...lambda,
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:lambda:*:123456789012:function:App*' } },
      }),
    },
    'the account': {
      policyText: policy({
        ...lambda,
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      }),
    },
    'a condition that is not known here': {
      policyText: policy({ ...lambda, Condition: { StringEquals: { 'aws:SourceOrgID': 'o-1' } } }),
    },
  }
  for (const [name, found] of Object.entries(fit))
    t.strictSame(unfitSettings({ repository, policyText, ...found }, needed), [], name)
  t.end()
})

t.test('unfit: all of it at once, with what is to be added', (t) => {
  const found = {
    repository: { imageTagMutability: 'MUTABLE' },
    lifecyclePolicyText: rules(['any']),
  }
  t.match(unfitSettings(found, needed), [
    /^Its tags are MUTABLE/,
    /does not let Lambda pull for functions of AppStaging\. Add the statement \{.*lambda\.amazonaws\.com/,
    /^Its lifecycle rules of priority 1 may expire .*Give the rule \{.*"live-"/,
  ])
  t.end()
})

t.test('unfit: policies that look like it', (t) => {
  const unfit = {
    'another account': {
      Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } },
    },
    'other functions': {
      Condition: {
        ArnLike: { 'aws:SourceArn': 'arn:aws:lambda:us-west-2:123456789012:function:X*' },
      },
    },
    'another region': {
      Condition: {
        ArnLike: { 'aws:SourceArn': 'arn:aws:lambda:us-east-1:123456789012:function:*' },
      },
    },
    'half of the actions': { Action: 'ecr:BatchGetImage' },
    'another service': { Principal: { Service: 'ecs.amazonaws.com' } },
    denied: { Effect: 'Deny' },
  }
  for (const [name, part] of Object.entries(unfit)) {
    const text = policy({ ...lambda, ...part })
    t.match(unfitSettings({ repository, policyText: text }, needed), [/let Lambda pull/], name)
  }
  t.end()
})

t.test('unfit: rules that could take a live image', (t) => {
  const archive = JSON.parse(rules(['tagged', shield], ['any']))
  archive.rules[1].action = { type: 'transition', targetStorageClass: 'archive' }
  for (const lifecyclePolicyText of [
    rules(['tagged', { tagPrefixList: ['lancedb-'] }]),
    rules(['tagged', { tagPrefixList: ['lancedb-'] }], ['tagged', shield], ['any']),
    rules(['tagged', { ...shield, countNumber: 50 }], ['any']),
    rules(['tagged', { ...shield, tagPatternList: ['live-*', '*-prod'] }], ['any']),
    JSON.stringify(archive),
  ])
    t.match(
      unfitSettings({ repository, policyText, lifecyclePolicyText }, needed),
      [/^Its lifecycle rules of priority \d/],
      lifecyclePolicyText,
    )
  t.end()
})
