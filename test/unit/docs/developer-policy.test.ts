import t, { type Test } from 'tap'

import { developerPolicy, greeterDevelopers } from '../../stand-in/aws/iam/developer-policy.ts'
import { isAllowed, type Wish } from '../../stand-in/aws/iam/policy.ts'
import { simulate } from '../../stand-in/aws/iam/simulate.ts'

const place = 'us-west-2:123456789012'
const stack = (name: string) => `arn:aws:cloudformation:${place}:stack/${name}/a-guid`
const lambda = (name: string) => `arn:aws:lambda:${place}:function:${name}-GetIndexHTTPLambda-1A`
const group = (name: string) => `arn:aws:logs:${place}:log-group:/aws/lambda/${name}-GetIndex-1A`
const repository = (name: string) => `arn:aws:ecr:${place}:repository/${name}`

/** What a developer does with a stack and the repository of its images. */
function workOn(name: string, images: string): readonly Wish[] {
  const of = (service: string, resource: string, actions: string) =>
    actions.split(' ').map((action) => ({ action: `${service}:${action}`, resource }))
  return [
    ...of('cloudformation', stack(name), 'DescribeStacks GetTemplate ListStackResources'),
    ...of(
      'lambda',
      lambda(name),
      'GetFunction GetFunctionConfiguration InvokeFunction UpdateFunctionCode',
    ),
    ...of('logs', group(name), 'FilterLogEvents StartQuery'),
    ...of('ecr', repository(images), 'DescribeImages BatchGetImage PutImage BatchDeleteImage'),
  ]
}

async function judge(
  t: Test,
  parameters: Readonly<Record<string, string>>,
  wishes: readonly Wish[],
  allowed: boolean,
) {
  const { statements, document } = developerPolicy({ ...greeterDevelopers, ...parameters })
  for (const wish of wishes) {
    const name = `${wish.action} on ${wish.resource}`
    t.equal(isAllowed(statements, wish), allowed, name)
    t.equal(await simulate([document], wish), allowed, `${name}, by iam-simulate`)
  }
}

const preview = workOn('GreeterStagingPR5', 'greeter-lambda-images-preview')
const staging = workOn('GreeterStaging', 'greeter-lambda-images')

t.test('developers work with previews', async (t) => {
  await judge(t, {}, preview, true)
  await judge(t, {}, staging, false)
})

t.test('and with staging where that is said', async (t) => {
  await judge(t, { Staging: 'true' }, [...preview, ...staging], true)
})

t.test('production, other apps and the means of a deploy are out of reach', async (t) => {
  const others = [
    ...workOn('GreeterProduction', 'greeter-production-images'),
    ...workOn('GreeterProductionPR5', 'greeter-lambda-images-other'),
    ...workOn('OtherStagingPR5', 'other-lambda-images-preview'),
    { action: 'cloudformation:UpdateStack', resource: stack('GreeterStagingPR5') },
    { action: 'cloudformation:DeleteStack', resource: stack('GreeterStagingPR5') },
    { action: 'lambda:UpdateFunctionConfiguration', resource: lambda('GreeterStagingPR5') },
    { action: 'lambda:DeleteFunction', resource: lambda('GreeterStagingPR5') },
    { action: 'lambda:AddPermission', resource: lambda('GreeterStagingPR5') },
    { action: 'logs:DeleteLogGroup', resource: group('GreeterStagingPR5') },
    {
      action: 'ecr:PutLifecyclePolicy',
      resource: repository('greeter-lambda-images-preview'),
    },
    {
      action: 'ecr:SetRepositoryPolicy',
      resource: repository('greeter-lambda-images-preview'),
    },
    { action: 'iam:PassRole', resource: 'arn:aws:iam::123456789012:role/GreeterStagingPR5-Role-1' },
  ]
  for (const Staging of ['false', 'true']) await judge(t, { Staging }, others, false)
})
