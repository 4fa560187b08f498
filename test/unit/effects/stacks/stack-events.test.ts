import t, { type Test } from 'tap'

import { openAws } from '../../../../plugin/effects/aws/client.ts'
import { newestEventTime, openStackEvents } from '../../../../plugin/effects/stacks/stack-events.ts'
import { type AwsOptions, startAws } from '../../../stand-in/aws/index.ts'
import { openCalls } from '../../../stand-in/assertions/aws-calls.ts'

const StackName = 'App'
const all = (): boolean => false

async function open(t: Test, options: AwsOptions = {}) {
  const stand = await startAws({ pollsUntilSettled: 0, ...options })
  t.teardown(() => stand.close())
  Object.assign(process.env, stand.environment)
  const aws = await openAws({ inventory: { inv: { aws: { region: 'us-west-2' } } } })
  const calls = await openCalls(stand.environment)
  const deploy = async (...topics: readonly string[]): Promise<void> => {
    const Resources = Object.fromEntries(topics.map((name) => [name, { Type: 'AWS::SNS::Topic' }]))
    const action = stand.stack(StackName) === undefined ? 'CreateStack' : 'UpdateStack'
    await calls.cloudformation(action, { StackName, TemplateBody: JSON.stringify({ Resources }) })
    await calls.cloudformation('DescribeStacks', { StackName })
  }
  const asked = () => stand.journal.map(({ action }) => action)
  return { stand, events: openStackEvents(aws), deploy, asked }
}

t.test('oldest first, of every page', async (t) => {
  const { events, deploy } = await open(t, { pageSize: 2 })
  t.strictSame(await events.read(StackName, all), [], 'a stack that does not exist')
  t.equal(await newestEventTime(events, StackName), 0)
  await deploy('A', 'B')
  const found = await events.read(StackName, all)
  t.strictSame(
    found.map(({ kind, logicalId, status }) => `${kind} ${logicalId} ${status}`),
    [
      'stack App CREATE_IN_PROGRESS',
      'resource A CREATE_COMPLETE',
      'resource B CREATE_COMPLETE',
      'stack App CREATE_COMPLETE',
    ],
  )
  t.equal(await newestEventTime(events, StackName), found.at(-1)?.time)
})

t.test('no page is asked for that is not needed', async (t) => {
  const { events, deploy, asked } = await open(t, { pageSize: 2 })
  await deploy('A', 'B', 'C')
  const before = asked().length
  const newest = await events.read(StackName, (found) => found.length > 0)
  t.equal(newest.length, 2)
  t.strictSame(asked().slice(before), ['DescribeEvents'])
})

for (const fault of ['AccessDenied', 'UnknownAction'] as const)
  t.test(`where the newer API is ${fault} the older one is asked from then on`, async (t) => {
    const { stand, events, deploy, asked } = await open(t)
    await deploy('A')
    stand.refuse({ ...newer, fault })
    t.equal((await events.read(StackName, all)).length, 3)
    t.equal((await events.read(StackName, all)).length, 3)
    t.strictSame(asked().slice(-3), [
      'DescribeEvents',
      'DescribeStackEvents',
      'DescribeStackEvents',
    ])
    t.match(events.blind(), /cloudformation:DescribeEvents on stack 'App'/)
  })

t.test('what is denied twice names both permissions; a fault of AWS is one', async (t) => {
  const { stand, events } = await open(t)
  stand.refuse({ ...newer, fault: 'AccessDenied' })
  stand.refuse({ ...newer, action: 'DescribeStackEvents', fault: 'AccessDenied' })
  await t.rejects(events.read(StackName, all), {
    code: 'AWS_DENIED',
    message: /Allow cloudformation:DescribeStackEvents[^]*Allow cloudformation:DescribeEvents/,
  })
  stand.heal()
  stand.expireCredentials()
  await t.rejects(events.read(StackName, all), { code: 'AWS_CREDENTIALS_REFUSED' })
})

t.test(
  'pages that are not newest first are read whole; change sets, hooks and warnings',
  async (t) => {
    const event = (EventId: string, more: Readonly<Record<string, unknown>> = {}) => ({
      EventId,
      StackId: 'arn',
      LogicalResourceId: 'A',
      Timestamp: `2026-11-26T08:00:0${EventId}Z`,
      ResourceStatus: 'CREATE_COMPLETE',
      ...more,
    })
    const pages = [
      [event('1', { PhysicalResourceId: 'arn' }), event('2')],
      [
        event('3', { HookStatus: 'HOOK_COMPLETE_FAILED', HookType: 'T', HookStatusReason: 'no' }),
        event('4', { HookStatus: 'HOOK_COMPLETE_FAILED', HookFailureMode: 'WARN' }),
      ],
      [
        event('6', { OperationType: 'CREATE_CHANGESET' }),
        event('5', { EventType: 'VALIDATION_ERROR', ValidationFailureMode: 'WARN' }),
      ],
    ]
    const events = openStackEvents({
      async cloudformation(_, { NextToken = '0' }) {
        const next = Number(NextToken) + 1
        const OperationEvents = { member: pages[Number(NextToken)] }
        return { OperationEvents, ...(next < pages.length && { NextToken: String(next) }) }
      },
    })
    t.strictSame(
      (await events.read('S', () => true)).map(({ id, kind, status, reason }) => [
        id,
        kind,
        status,
        reason,
      ]),
      [
        ['1', 'stack', 'CREATE_COMPLETE', ''],
        ['2', 'resource', 'CREATE_COMPLETE', ''],
        ['3', 'hook', 'HOOK_FAILED', 'T: no'],
        ['4', 'hook', 'HOOK_WARNED', ''],
        ['5', 'validation', 'VALIDATION_WARNED', ''],
      ],
    )
  },
)

const newer = { service: 'cloudformation', action: 'DescribeEvents' } as const
