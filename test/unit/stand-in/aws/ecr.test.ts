import t from 'tap'

import { startAws } from '../../../stand-in/aws/index.ts'
import { openCalls } from '../../../stand-in/assertions/aws-calls.ts'
import { pushImage, putTag } from '../../../stand-in/inputs/push-image.ts'

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

t.test('lists come in pages', async (t) => {
  const aws = await startAws({ ecrPageSize: 2 })
  t.teardown(() => aws.close())
  const calls = await openCalls(aws.environment)
  const named = { repositoryName: 'app' }
  await calls.ecr('CreateRepository', named)
  for (const name of ['b2', 'c3']) await calls.ecr('CreateRepository', { repositoryName: name })
  for (const tag of ['a', 'b', 'c']) await pushImage(aws, { repository: 'app', tag })
  const lists = [
    ['DescribeRepositories', {}, 'repositories'],
    ['DescribeImages', named, 'imageDetails'],
    ['ListImages', named, 'imageIds'],
  ] as const
  for (const [action, input, key] of lists) {
    const first = await calls.ecr(action, input)
    t.equal(list(first[key]).length, 2, action)
    const second = await calls.ecr(action, { ...input, nextToken: first['nextToken'] })
    t.equal(list(second[key]).length, 1, action)
    t.notOk('nextToken' in second, action)
    t.strictSame(list((await calls.ecr(action, { ...input, maxResults: 1 }))[key]).length, 1)
  }
  await t.rejects(calls.ecr('ListImages', { ...named, nextToken: 'odd' }), {
    code: 'InvalidParameterException',
  })
  await t.rejects(calls.ecr('ListImages', { ...named, maxResults: 1001 }), {
    code: 'InvalidParameterException',
  })
})

t.test('a tag does not move where the repository says so', async (t) => {
  const aws = await startAws()
  t.teardown(() => aws.close())
  const calls = await openCalls(aws.environment)
  const named = { repositoryName: 'app' }
  await calls.ecr('CreateRepository', { ...named, imageTagMutability: 'IMMUTABLE' })
  await pushImage(aws, { repository: 'app', tag: 'one' })
  const two = await pushImage(aws, { repository: 'app', tag: 'two' })
  const move = () => putTag(aws, { repository: 'app', digest: two, tag: 'one' })
  await t.rejects(move(), { message: /TAG_INVALID|already exists/ })
  await calls.ecr('PutImageTagMutability', { ...named, imageTagMutability: 'MUTABLE' })
  await move()
  t.equal((await aws.registry.tags('app')).get('one'), two)
})

t.test('the registry takes only tokens that ECR gave and that last', async (t) => {
  let now = Date.parse('2026-01-01T00:00:00Z')
  const aws = await startAws({ now: () => now })
  t.teardown(() => aws.close())
  const calls = await openCalls(aws.environment)
  await calls.ecr('CreateRepository', { repositoryName: 'app' })
  const { authorizationData } = await calls.ecr('GetAuthorizationToken')
  const token = String(Reflect.get(Object(list(authorizationData)[0]), 'authorizationToken'))
  const status = async (authorization: string): Promise<number> => {
    const url = `${aws.registry.url}/v2/app/manifests/none`
    return (await fetch(url, { headers: { authorization } })).status
  }
  t.equal(await status(`Basic ${token}`), 404, 'let in: there is no such image')
  t.equal(await status(`Basic ${Buffer.from('AWS:guess').toString('base64')}`), 401)
  now += 12 * 60 * 60 * 1000
  t.equal(await status(`Basic ${token}`), 403, 'twelve hours later')
})

t.test('a registry without that repository', async (t) => {
  const aws = await startAws()
  t.teardown(() => aws.close())
  await t.rejects(pushImage(aws, { repository: 'nowhere', tag: 'x' }), { message: /NAME_UNKNOWN/ })
})

t.test('lifecycle policies that ECR refuses', async (t) => {
  const aws = await startAws()
  t.teardown(() => aws.close())
  const calls = await openCalls(aws.environment)
  await calls.ecr('CreateRepository', { repositoryName: 'app' })
  const rule = (rulePriority: number, selection: object) => ({
    rulePriority,
    selection: { countType: 'imageCountMoreThan', countNumber: 10, ...selection },
    action: { type: 'expire' },
  })
  const live = { tagStatus: 'tagged', tagPrefixList: ['live-'] }
  const put = (...rules: object[]) =>
    calls.ecr('PutLifecyclePolicy', {
      repositoryName: 'app',
      lifecyclePolicyText: JSON.stringify({ rules }).padEnd(120),
    })
  const refused = async (reason: RegExp, ...rules: object[]) => {
    await t.rejects(put(...rules), { code: 'InvalidParameterException', message: reason })
  }
  await put(rule(1, live), rule(2, { tagStatus: 'any' }))
  await refused(/highest rulePriority/, rule(1, { tagStatus: 'any' }), rule(2, live))
  await refused(/rulePriority must be unique/, rule(1, live), rule(1, { tagStatus: 'any' }))
  await refused(/tag prefixes must be unique/, rule(1, live), rule(2, live))
  await refused(/belongs to tagStatus "tagged"/, rule(1, { tagStatus: 'tagged' }))
  await refused(/belongs to tagStatus "tagged"/, rule(1, { ...live, tagStatus: 'any' }))
  await refused(
    /only one rule may select untagged/,
    rule(1, { tagStatus: 'untagged' }),
    rule(2, { tagStatus: 'untagged' }),
  )
  const wild = { tagStatus: 'tagged', tagPatternList: ['a*b*c*d*e*'] }
  await refused(/at most four wildcards/, rule(1, wild))
  await refused(/a policy has 1 to 50 rules/)

  const transition = { type: 'transition', targetStorageClass: 'archive' }
  const pulled = { ...live, countType: 'sinceImagePulled', countUnit: 'days' }
  const kept = { tagStatus: 'any', countType: 'sinceImageTransitioned', countUnit: 'days' }
  const archived = { ...kept, storageClass: 'archive', countNumber: 90 }
  await put({ ...rule(1, pulled), action: transition }, rule(2, archived))
  await refused(/belongs to action.type "transition"/, rule(1, pulled))
  await refused(/targetStorageClass "archive"/, {
    ...rule(1, pulled),
    action: { type: 'transition' },
  })
  await refused(/storageClass "archive" belongs to/, rule(1, kept))
  await refused(/at least 90/, rule(1, { ...archived, countNumber: 89 }))
  await refused(/cannot be archived again/, { ...rule(1, archived), action: transition })
  await refused(/belongs to a countType "since/, rule(1, { ...pulled, countUnit: undefined }))
})

t.test('a rule that archives takes what nobody pulled, whatever rule is above it', async (t) => {
  let now = Date.parse('2026-01-01T00:00:00Z')
  const aws = await startAws({ now: () => now })
  t.teardown(() => aws.close())
  const calls = await openCalls(aws.environment)
  const named = { repositoryName: 'app' }
  await calls.ecr('CreateRepository', named)
  const old = await pushImage(aws, { repository: 'app', tag: 'live-old' })
  const selection = {
    tagStatus: 'tagged',
    tagPrefixList: ['live-'],
    countType: 'sinceImagePulled',
    countUnit: 'days',
    countNumber: 30,
  }
  const shield = { ...selection, countType: 'imageCountMoreThan', countUnit: undefined }
  const rules = [
    {
      rulePriority: 1,
      selection: { ...shield, tagPrefixList: ['live'] },
      action: { type: 'expire' },
    },
    { rulePriority: 2, selection, action: { type: 'transition', targetStorageClass: 'archive' } },
  ]
  await calls.ecr('PutLifecyclePolicy', {
    ...named,
    lifecyclePolicyText: JSON.stringify({ rules }),
  })
  now += 31 * 24 * 60 * 60 * 1000
  const fresh = await pushImage(aws, { repository: 'app', tag: 'live-new' })
  t.strictSame(await aws.expireImages(), [])
  const every = { ...named, filter: { imageStatus: 'ANY' } }
  const { imageDetails } = await calls.ecr('DescribeImages', every)
  const statuses = list(imageDetails).map((detail) => [
    Reflect.get(Object(detail), 'imageDigest'),
    Reflect.get(Object(detail), 'imageStatus'),
  ])
  t.strictSame(
    statuses.toSorted(),
    [
      [fresh, 'ACTIVE'],
      [old, 'ARCHIVED'],
    ].toSorted(),
  )
})

t.test('Lambda tells which image a function pinned', async (t) => {
  const aws = await startAws()
  t.teardown(() => aws.close())
  const calls = await openCalls(aws.environment)
  await calls.ecr('CreateRepository', { repositoryName: 'app' })
  const digest = await pushImage(aws, { repository: 'app', tag: 'one' })
  await calls.cloudformation('CreateStack', {
    StackName: 'S',
    TemplateBody: JSON.stringify({
      Transform: 'AWS::Serverless-2016-10-31',
      Resources: {
        F: {
          Type: 'AWS::Serverless::Function',
          Properties: { PackageType: 'Image', ImageUri: `${aws.registryHost}/app:one` },
        },
      },
    }),
    'Capabilities.member.1': 'CAPABILITY_IAM',
    'Capabilities.member.2': 'CAPABILITY_AUTO_EXPAND',
  })
  const { Functions } = await calls.lambda('/2015-03-31/functions')
  const name = String(Reflect.get(Object(list(Functions)[0]), 'FunctionName'))
  t.match(await calls.lambda(`/2015-03-31/functions/${name}`), {
    Code: { ResolvedImageUri: `${aws.registryHost}/app@${digest}` },
    Configuration: { PackageType: 'Image' },
  })
  t.match(await calls.lambda('/2015-03-31/functions/none').catch((error) => error), {
    statusCode: 404,
    message: /Function not found/,
  })
})
