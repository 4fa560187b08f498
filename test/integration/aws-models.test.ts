import t from 'tap'

import { startAws } from '../stand-in/aws/index.ts'
import { openCalls } from '../stand-in/assertions/aws-calls.ts'
import known from '../fixtures/lambda-reason-codes.json' with { type: 'json' }
import { askBotocore, skipWithoutJudges } from './toolchain/judges.ts'

t.setTimeout(600_000)

const skip = await skipWithoutJudges()

t.test("Lambda's reason codes are those of botocore", { skip }, async (t) => {
  const names = ['StateReasonCode', 'LastUpdateStatusReasonCode'] as const
  const { version, enums } = await askBotocore('lambda', { enums: names })
  t.equal(known.botocore, version)
  for (const name of names) t.strictSame(known[name], enums[name])
})

t.test("CloudFormation's events are as botocore's model has them", { skip }, async (t) => {
  const aws = await startAws({ pollsUntilSettled: 0 })
  t.teardown(() => aws.close())
  const calls = await openCalls(aws.environment)
  const StackName = 'S'
  const TemplateBody = JSON.stringify({ Resources: { T: { Type: 'AWS::SNS::Topic' } } })
  await calls.cloudformation('CreateStack', { StackName, TemplateBody })
  const enums = ['EventType', 'OperationType', 'ResourceStatus', 'StackStatus']
  const asked = {
    enums,
    calls: [
      ['DescribeStacks', { StackName }],
      ['DescribeEvents', { StackName }],
      ['DescribeStackEvents', { StackName }],
      ['DescribeEvents', { StackName, Filters: { FailedEvents: true } }],
    ],
  } as const
  const { answers, enums: values } = await askBotocore('cloudformation', asked, aws.environment)
  const [stacks, events, older, failed] = answers
  const [stack] = listOf(stacks?.['Stacks'])
  for (const name of ['Tags', 'NotificationARNs']) t.strictSame(stack?.[name], [], name)
  for (const name of ['Outputs', 'Capabilities', 'Parameters'])
    t.notOk(name in (stack ?? {}), `${name} is left out`)
  const told = listOf(events?.['OperationEvents'])
  t.equal(told.length, 3)
  for (const event of told) {
    for (const name of ['EventId', 'OperationId', 'Timestamp', 'StackId']) t.ok(event[name], name)
    for (const name of ['EventType', 'OperationType', 'ResourceStatus'])
      t.ok(values[name]?.includes(String(event[name])), `${name} ${String(event[name])}`)
  }
  t.equal(listOf(older?.['StackEvents']).length, 3)
  t.strictSame(listOf(failed?.['OperationEvents']), [])
})

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map((entry: unknown) => ({ ...Object(entry) })) : []
}
