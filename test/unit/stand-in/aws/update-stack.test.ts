import t from 'tap'

import { openCalls } from '../../../stand-in/assertions/aws-calls.ts'
import { startAws } from '../../../stand-in/aws/index.ts'

const aws = await startAws({ pollsUntilSettled: 0, buckets: ['templates'] })
t.teardown(() => aws.close())
const calls = await openCalls(aws.environment)
const StackName = 'App'

const topic = (DisplayName: string) => ({ Type: 'AWS::SNS::Topic', Properties: { DisplayName } })
const template = (name: string, more: object = {}) =>
  JSON.stringify({ Resources: { Topic: topic(name) }, ...more })
const withKey = { Parameters: { Key: { Type: 'String', Default: 'none' } } }

const update = async (parameters: Readonly<Record<string, string>>) => {
  await calls.cloudformation('UpdateStack', { StackName, ...parameters })
  await calls.cloudformation('DescribeStacks', { StackName })
}

await calls.cloudformation('CreateStack', {
  StackName,
  TemplateBody: template('one', withKey),
  'Parameters.member.1.ParameterKey': 'Key',
  'Parameters.member.1.ParameterValue': 'given',
  'Tags.member.1.Key': 'team',
  'Tags.member.1.Value': 'search',
})
await calls.cloudformation('DescribeStacks', { StackName })

t.test('a template comes in one way, and no longer than that way takes', async (t) => {
  const long = template('x'.repeat(51_200))
  const refused: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
    [{ TemplateBody: long }, /less than or equal to 51200/],
    [{}, /Either Template URL or Template Body/],
    [{ TemplateBody: template('a'), UsePreviousTemplate: 'true' }, /Either Template URL/],
    [{ TemplateURL: 'http://templates.s3.us-west-2.amazonaws.com/a' }, /supported URL/],
    [{ TemplateURL: 'https://example.com/a.json' }, /supported URL/],
    [{ TemplateURL: 'https://templates.s3.us-west-2.amazonaws.com/none' }, /S3 error/],
    [{ TemplateBody: template('a'), Templatebody: 'x' }, /no member 'Templatebody'/],
  ]
  for (const [parameters, message] of refused) await t.rejects(update(parameters), { message })
  await calls.s3('PUT', '/templates/long.json', Buffer.from(long))
  await update({ TemplateURL: 'https://s3.us-west-2.amazonaws.com/templates/long.json' })
  t.equal(aws.stack(StackName)?.deployment.template, long)
})

t.test('parameters go back to their defaults unless they are named; tags stay', async (t) => {
  const previous = {
    'Parameters.member.1.ParameterKey': 'Key',
    'Parameters.member.1.UsePreviousValue': 'true',
  }
  await t.rejects(update({ TemplateBody: template('two', withKey), ...previous }), {
    message: /not in the previous template/,
  })
  await update({
    TemplateBody: template('two', withKey),
    'Parameters.member.1.ParameterKey': 'Key',
    'Parameters.member.1.ParameterValue': 'again',
  })
  await update({ TemplateBody: template('three', withKey), ...previous })
  t.match(aws.stack(StackName), { parameters: { Key: 'again' }, tags: { team: 'search' } })
  await update({ TemplateBody: template('four', withKey) })
  t.match(aws.stack(StackName), { parameters: { Key: 'none' }, tags: { team: 'search' } })
  await t.rejects(update({ TemplateBody: template('five'), ...previous }), {
    message: /Parameters: \[Key\] do not exist in the template/,
  })
  const needed = { Parameters: { Key: { Type: 'String' } } }
  await t.rejects(
    calls.cloudformation('CreateStack', { StackName: 'B', TemplateBody: template('a', needed) }),
    { message: /Parameters: \[Key\] must have values/ },
  )
})

t.test('GetTemplate: two stages, and no character outside ASCII', async (t) => {
  await update({ TemplateBody: template('Grüß 👋') })
  const read = (TemplateStage: string) =>
    calls.cloudformation('GetTemplate', { StackName, TemplateStage })
  t.match(await read('Original'), { TemplateBody: /"DisplayName":"Gr\?\? \?"/ })
  t.match(await read('Processed'), { TemplateBody: /"DisplayName":"Gr\?\? \?"/ })
  await t.rejects(read('original'), { message: /Member must satisfy enum value set/ })
})

t.test('DeleteStack: the mode is one of two', async (t) => {
  const mode = (value: string) =>
    calls.cloudformation('DeleteStack', { StackName, 'DeploymentConfig.Mode': value })
  await t.rejects(mode('express'), { message: /enum value set: \[EXPRESS, STANDARD\]/ })
  await t.rejects(calls.cloudformation('DeleteStack', { StackName, Mode: 'EXPRESS' }), {
    message: /no member 'Mode'/,
  })
  await mode('EXPRESS')
  await t.rejects(calls.cloudformation('DescribeStacks', { StackName }), {
    message: /does not exist/,
  })
})
