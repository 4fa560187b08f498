import t from 'tap'

import { type AwsStandIn, startAws } from '../../../stand-in/aws/index.ts'
import { type AwsCalls, openCalls } from '../../../stand-in/assertions/aws-calls.ts'

const StackName = 'S'
const zip = { Runtime: 'nodejs24.x', Handler: 'index.handler', InlineCode: 'exports.handler = 1' }
const capabilities = {
  'Capabilities.member.1': 'CAPABILITY_IAM',
  'Capabilities.member.2': 'CAPABILITY_AUTO_EXPAND',
}

type Entry = Readonly<Record<string, unknown>>

function template(properties: object = zip): string {
  return JSON.stringify({
    Transform: 'AWS::Serverless-2016-10-31',
    Resources: {
      T: { Type: 'AWS::SNS::Topic', Properties: {} },
      F: { Type: 'AWS::Serverless::Function', Properties: properties },
    },
  })
}

async function open(pageSize = 100): Promise<{ aws: AwsStandIn; calls: AwsCalls }> {
  const aws = await startAws({ pollsUntilSettled: 1, pageSize })
  t.teardown(() => aws.close())
  return { aws, calls: await openCalls(aws.environment) }
}

async function read(calls: AwsCalls, more: Entry = { StackName }): Promise<readonly Entry[]> {
  const answer = await calls.cloudformation('DescribeEvents', more)
  return membersOf(answer['OperationEvents'])
}

async function readOld(calls: AwsCalls): Promise<readonly Entry[]> {
  const answer = await calls.cloudformation('DescribeStackEvents', { StackName })
  return membersOf(answer['StackEvents'])
}

function membersOf(list: unknown): readonly Entry[] {
  const found: unknown = Array.isArray(list) ? list : Object(list)['member']
  return [found ?? []].flat().map((entry) => ({ ...Object(entry) }))
}

const told = (events: readonly Entry[]): readonly string[] =>
  events.map((event) => `${String(event['LogicalResourceId'])} ${String(event['ResourceStatus'])}`)

t.test('both APIs tell what happened so far, newest first', async (t) => {
  const { calls } = await open()
  await calls.cloudformation('CreateStack', {
    StackName,
    TemplateBody: template(),
    ...capabilities,
  })
  const working = ['F CREATE_COMPLETE', 'F CREATE_IN_PROGRESS', 'T CREATE_COMPLETE']
  t.strictSame(told(await read(calls)), [...working, 'S CREATE_IN_PROGRESS'])
  const poll = () => calls.cloudformation('DescribeStacks', { StackName })
  await poll()
  await poll()
  const done = ['S CREATE_COMPLETE', ...working, 'S CREATE_IN_PROGRESS']
  const events = await read(calls)
  t.strictSame(told(events), done)
  t.strictSame(told(await readOld(calls)), done)
  t.equal(new Set(events.map(({ EventId }) => EventId)).size, events.length)
  t.match(events[0], { OperationType: 'CREATE_STACK', EventType: 'STACK_EVENT' })
  t.notOk('PhysicalResourceId' in (events[3] ?? {}) && events[3]?.['PhysicalResourceId'] === '')
})

t.test('a failure is an operation of its kind, its rollback another', async (t) => {
  const { calls } = await open()
  const Environment = { Variables: { BIG: 'x'.repeat(5000) } }
  const TemplateBody = template({ ...zip, Environment })
  await calls.cloudformation('CreateStack', { StackName, TemplateBody, ...capabilities })
  for (let poll = 0; poll < 3; poll++) await calls.cloudformation('DescribeStacks', { StackName })
  const events = await read(calls)
  t.match(
    events.find(({ EventType }) => EventType === 'PROVISIONING_ERROR'),
    { ResourceStatus: 'CREATE_FAILED', ResourceStatusReason: /exceeded the 4KB limit/ },
  )
  t.match(events[0], { OperationType: 'ROLLBACK', ResourceStatus: 'ROLLBACK_COMPLETE' })
  const failed = await read(calls, { StackName, 'Filters.FailedEvents': 'true' })
  t.strictSame(told(failed), ['F CREATE_FAILED'])
  const OperationId = String(events.at(-1)?.['OperationId'])
  t.strictSame(told(await read(calls, { OperationId })), told(events.slice(2)))
})

t.test('a failed validation is told by the newer API alone', async (t) => {
  const { aws, calls } = await open()
  const ImageConfig = { Command: ['index.handler'], Extra: 1 }
  const TemplateBody = template({ ImageConfig, PackageType: 'Image', ImageUri: 'x' })
  await calls.cloudformation('CreateStack', { StackName, TemplateBody, ...capabilities })
  for (let poll = 0; poll < 3; poll++) await calls.cloudformation('DescribeStacks', { StackName })
  t.equal(aws.stack(StackName)?.status, 'ROLLBACK_COMPLETE')
  const [failed] = await read(calls, { StackName, 'Filters.FailedEvents': 'true' })
  t.match(failed, {
    EventType: 'VALIDATION_ERROR',
    LogicalResourceId: 'F',
    ValidationName: 'AWS::EarlyValidation::PropertyValidation',
    ValidationPath: '/Resources/F/Properties/ImageConfig/Extra',
    ValidationStatusReason: '#/ImageConfig: extraneous key [Extra] is not permitted',
  })
  const old = await readOld(calls)
  t.strictSame(told(old), ['S ROLLBACK_COMPLETE', 'S ROLLBACK_IN_PROGRESS', 'S CREATE_IN_PROGRESS'])
  t.match(old[1], { ResourceStatusReason: /validation failed: .* use the DescribeEvents API/ })
})

t.test('pages, and what is refused', async (t) => {
  const { calls } = await open(2)
  await calls.cloudformation('CreateStack', {
    StackName,
    TemplateBody: template(),
    ...capabilities,
  })
  const first = await calls.cloudformation('DescribeEvents', { StackName })
  const NextToken = String(first['NextToken'])
  const [, second] = [first, await read(calls, { StackName, NextToken })]
  t.strictSame(told(second), ['T CREATE_COMPLETE', 'S CREATE_IN_PROGRESS'])
  await t.rejects(read(calls, {}), { message: /One of ChangeSetName, OperationId or StackName/ })
  await t.rejects(read(calls, { StackName: 'X' }), { message: /does not exist/ })
  await t.rejects(read(calls, { StackName, Filter: 'x' }), { message: /has no member 'Filter'/ })
})

t.test('what is empty is left out or sent as AWS does', async (t) => {
  const { calls } = await open()
  const TemplateBody = JSON.stringify({ Resources: { T: { Type: 'AWS::SNS::Topic' } } })
  await calls.cloudformation('CreateStack', { StackName, TemplateBody })
  const answer = await calls.cloudformation('DescribeStacks', { StackName })
  const [stack = {}] = membersOf(answer['Stacks'])
  const absent = ['Outputs', 'Capabilities', 'Parameters', 'LastUpdatedTime', 'StackStatusReason']
  for (const name of absent) t.notOk(name in stack, name)
  for (const name of ['Tags', 'NotificationARNs', 'RollbackConfiguration'])
    t.ok(name in stack, name)
  t.notOk('NextToken' in answer)
})
