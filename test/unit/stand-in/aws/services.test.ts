import t from 'tap'

import { startAws } from '../../../stand-in/aws/index.ts'
import { openCalls } from '../../../stand-in/assertions/aws-calls.ts'

const aws = await startAws()
t.teardown(() => aws.close())
const calls = await openCalls(aws.environment)

const template = (value: string): string =>
  JSON.stringify({
    Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: value } } },
    Outputs: { Name: { Value: { Ref: 'Topic' } } },
  })

t.test('SSM', async (t) => {
  const value = { Value: 'v', Type: 'SecureString' }
  for (let i = 0; i < 12; i++)
    await calls.ssm('PutParameter', { Name: `/app/staging/V${i}`, ...value })
  await t.rejects(calls.ssm('PutParameter', { Name: '/app/staging/V0', ...value }), {
    code: 'ParameterAlreadyExists',
  })
  const deep = { Path: '/app', Recursive: true, MaxResults: 10 }
  const first = await calls.ssm('GetParametersByPath', deep)
  t.match(first, { Parameters: { length: 10 }, NextToken: String })
  t.match(await calls.ssm('GetParametersByPath', { ...deep, NextToken: first['NextToken'] }), {
    Parameters: { length: 2 },
  })
  t.strictSame(await calls.ssm('GetParametersByPath', { Path: '/app' }), { Parameters: [] })
  await t.rejects(calls.ssm('GetParametersByPath', { Path: '/app', MaxResults: 11 }), {
    code: 'ValidationException',
  })
  t.match(await calls.ssm('GetParameter', { Name: '/app/staging/V0' }), {
    Parameter: { Value: 'v', Version: 1 },
  })
  await t.rejects(calls.ssm('GetParameter', { Name: '/no' }), { code: 'ParameterNotFound' })
  await calls.ssm('DeleteParameter', { Name: '/app/staging/V0' })
  await t.rejects(calls.ssm('DeleteParameter', { Name: '/app/staging/V0' }), {
    code: 'ParameterNotFound',
  })
})

t.test('S3', async (t) => {
  const location = Buffer.from(
    '<CreateBucketConfiguration><LocationConstraint>us-west-2</LocationConstraint></CreateBucketConfiguration>',
  )
  await t.rejects(calls.s3('PUT', '/bucket'), { code: 'IllegalLocationConstraintException' })
  await calls.s3('PUT', '/bucket', location)
  await t.rejects(calls.s3('PUT', '/bucket', location), { code: 'BucketAlreadyOwnedByYou' })
  await t.rejects(calls.s3('PUT', '/nowhere/key', Buffer.from('x')), { code: 'NoSuchBucket' })
  t.match(await calls.s3('HEAD', '/bucket/a').catch((error) => error), { statusCode: 404 })
  await calls.s3('PUT', '/bucket/a/b c', Buffer.from('hello'))
  const { payload } = await calls.s3('GET', '/bucket/a/b c')
  t.equal(String(payload), 'hello')
  await calls.s3('PUT', '/bucket/d', Buffer.from('x'))
  t.match(await calls.s3('GET', '/bucket?list-type=2&max-keys=1'), {
    payload: { IsTruncated: true, Contents: { Key: 'a/b c', Size: 5 } },
  })
})

t.test('CloudFormation', async (t) => {
  const StackName = 'Plain'
  for (const action of ['DescribeStacks', 'DescribeStackResources', 'GetTemplate'])
    await t.rejects(
      calls.cloudformation(action, { StackName }),
      { code: 'ValidationError', statusCode: 400, message: /Stack with id Plain does not exist/ },
      action,
    )
  await t.rejects(calls.cloudformation('CreateStack', { StackName, TemplateBody: '{' }), {
    message: /JSON not well-formed/,
  })
  const missing = { TemplateURL: 'https://bucket.s3.us-west-2.amazonaws.com/missing.json' }
  await t.rejects(calls.cloudformation('CreateStack', { StackName, ...missing }), {
    message: /S3 error: The specified key does not exist/,
  })
  await t.rejects(
    calls.cloudformation('CreateStack', {
      StackName,
      TemplateBody: JSON.stringify({
        Transform: 'AWS::Serverless-2016-10-31',
        Resources: { F: { Type: 'AWS::Serverless::Function' } },
      }),
    }),
    {
      code: 'InsufficientCapabilitiesException',
      message: /Requires capabilities : \[CAPABILITY_IAM, CAPABILITY_AUTO_EXPAND\]/,
    },
  )
  t.equal(aws.stack(StackName), undefined, 'nothing was made by a call that was refused')

  const statusNow = async (): Promise<unknown> => {
    const { Stacks } = await calls.cloudformation('DescribeStacks', { StackName })
    return Reflect.get(Object(Reflect.get(Object(Stacks), 'member')), 'StackStatus')
  }
  await calls.s3('PUT', '/bucket/t.json', Buffer.from(template('a')))
  const TemplateURL = 'https://bucket.s3.us-west-2.amazonaws.com/t.json'
  await calls.cloudformation('CreateStack', { StackName, TemplateURL })
  t.equal(await statusNow(), 'CREATE_IN_PROGRESS')
  t.equal(await statusNow(), 'CREATE_COMPLETE')
  await t.rejects(calls.cloudformation('CreateStack', { StackName, TemplateURL }), {
    code: 'AlreadyExistsException',
  })
  t.match(await calls.cloudformation('DescribeStackResources', { StackName }), {
    StackResources: { member: { LogicalResourceId: 'Topic', ResourceType: 'AWS::SNS::Topic' } },
  })
  t.match(aws.stack(StackName)?.deployment.outputs, { Name: /^Plain-Topic-/ })

  await calls.cloudformation('UpdateStack', { StackName, TemplateBody: template('b') })
  await t.rejects(calls.cloudformation('UpdateStack', { StackName, TemplateBody: template('c') }), {
    message: /is in UPDATE_IN_PROGRESS state and can not be updated/,
  })
  t.equal(await statusNow(), 'UPDATE_IN_PROGRESS')
  t.equal(await statusNow(), 'UPDATE_COMPLETE')

  await calls.cloudformation('DeleteStack', { StackName })
  t.equal(await statusNow(), 'DELETE_IN_PROGRESS')
  await t.rejects(statusNow(), { message: /Stack with id Plain does not exist/ })
})

t.test('an update without a difference, both ways', async (t) => {
  const strict = await startAws({ identicalUpdate: 'refused', pollsUntilSettled: 0 })
  t.teardown(() => strict.close())
  const asked = await openCalls(strict.environment)
  const stack = { StackName: 'Same', TemplateBody: template('a') }
  await asked.cloudformation('CreateStack', stack)
  await asked.cloudformation('DescribeStacks', stack)
  await t.rejects(asked.cloudformation('UpdateStack', stack), {
    code: 'ValidationError',
    message: /No updates are to be performed\./,
  })
  await asked.cloudformation('UpdateStack', { ...stack, TemplateBody: template('b') })

  await calls.cloudformation('CreateStack', stack)
  await calls.cloudformation('DescribeStacks', stack)
  await calls.cloudformation('DescribeStacks', stack)
  await calls.cloudformation('UpdateStack', stack)
})

t.test('what the stand-in does not know is said, never guessed', async (t) => {
  await t.rejects(calls.ecr('StartImageScan', {}), { code: 'UnknownOperationException' })
  await t.rejects(calls.cloudformation('CreateChangeSet', {}), { code: 'InvalidAction' })
  t.match(await calls.lambda('/2015-03-31/layers').catch((error) => error), { statusCode: 501 })
})

t.test('the journal keeps refused calls too, and no values', async (t) => {
  await t.rejects(calls.ssm('GetParameter', { Name: '/gone' }))
  t.match(aws.journal.at(-1), {
    service: 'ssm',
    action: 'GetParameter',
    parameters: { Name: '/gone' },
    status: 400,
    error: 'ParameterNotFound',
  })
  await calls.ssm('PutParameter', { Name: '/x', Value: 'secret', Type: 'String' })
  t.notMatch(JSON.stringify(aws.journal), /secret/)
})

t.test('another process finds everything in the same directory', async (t) => {
  const directory = t.testdir()
  const first = await startAws({ directory })
  const before = await openCalls(first.environment)
  await before.ecr('CreateRepository', { repositoryName: 'kept' })
  await before.cloudformation('CreateStack', { StackName: 'Kept', TemplateBody: template('a') })
  await first.close()
  const second = await startAws({ directory })
  t.teardown(() => second.close())
  const after = await openCalls(second.environment)
  t.match(await after.ecr('DescribeRepositories'), {
    repositories: [{ repositoryName: 'kept' }],
  })
  t.equal(second.stack('Kept')?.name, 'Kept')
})
