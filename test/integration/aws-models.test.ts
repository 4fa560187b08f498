import t from 'tap'

import type { Call } from '../stand-in/aws/call.ts'
import { startAws } from '../stand-in/aws/index.ts'
import { writeLog } from '../stand-in/aws/logs/stored-log-event.ts'
import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'
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

t.test('what sync and logs ask is as botocore would ask it', { skip }, async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const { exitCode, output } = await app.deploy()
  t.equal(exitCode, 0, output)
  const { functionName = '' } =
    app.aws.stack('GreeterStaging')?.deployment.functions['GetGreetNameHTTPLambda'] ?? {}
  const line = { timestamp: Date.now(), message: 'hello' }
  writeLog(app.aws.state, `/aws/lambda/${functionName}`, [line, line, line])
  const greet = 'src/http/get-greet-000name/index.mjs'
  await app.edit(greet, (text) => `${text}console.log('one')\n`)
  const before = app.aws.journal.length
  for (const args of [['sync'], ['logs', 'get /greet/:name']])
    t.equal((await runArcImages(app, args)).exitCode, 0, args.join(' '))

  const at = `/2015-03-31/functions/${functionName}`
  const wanted = {
    lambda: {
      GetFunction: `GET ${at}`,
      GetFunctionConfiguration: `GET ${at}/configuration`,
      UpdateFunctionCode: `PUT ${at}/code`,
    },
    logs: { FilterLogEvents: 'POST / Logs_20140328.FilterLogEvents' },
  }
  for (const [service, actions] of Object.entries(wanted))
    for (const [action, written] of Object.entries(actions)) {
      const asked = app.aws.journal.slice(before).find((call) => call.action === action)
      const { parameters = {} } = asked ?? {}
      t.equal(asked?.status, 200, action)
      const requests = [[action, { ...parameters, ...ofFunction(service) }]] as const
      const [sent] = (await askBotocore(service, { requests })).requests
      const target = sent?.headers['X-Amz-Target']
      t.equal([sent?.method, sent?.path, target].filter(Boolean).join(' '), written)
      const { FunctionName: _, ...members } = parameters
      t.strictSame(JSON.parse(sent?.body || '{}'), members, action)
    }
  // One that no model has, or of another type.
  const update = { FunctionName: functionName, ImageUri: 'i' }
  for (const more of [{ Image: 'i' }, { RevisionId: 1 }]) {
    const requests = [['UpdateFunctionCode', { ...update, ...more }]] as const
    await t.rejects(askBotocore('lambda', { requests }), /Parameter validation failed/)
  }

  /** Other functions are asked for as well. */
  function ofFunction(service: string): object {
    return service === 'lambda' ? { FunctionName: functionName } : {}
  }
})

t.test('Invoke is asked and answered as botocore has it', { skip }, async (t) => {
  const seen: Call[] = []
  const app = await openImageApp({
    aws: {
      async invoke(_, __, call) {
        seen.push(call)
        const payload = Buffer.from('{"errorType":"RangeError","errorMessage":"no"}')
        return { payload, functionError: 'Unhandled', logs: 'END' }
      },
    },
  })
  t.teardown(() => app.close())
  const { exitCode, output } = await app.deploy()
  t.equal(exitCode, 0, output)
  const Payload = '{"own":1}'
  const args = ['invoke', 'scheduled nightly', '--remote', '--event', Payload]
  const run = await runArcImages(app, args)
  t.match(run, { exitCode: 1, stderr: 'END' })
  const [ours] = seen
  const FunctionName = decodeURIComponent(ours?.path.split('/')[3] ?? '')
  const given = { FunctionName, InvocationType: 'RequestResponse', LogType: 'Tail' }
  const asked = {
    requests: [['Invoke', { ...given, Payload }]],
    calls: [['Invoke', { ...given, Payload }]],
  } as const
  const { requests, answers } = await askBotocore('lambda', asked, app.aws.environment)
  const [sent] = requests
  t.strictSame([ours?.method, ours?.path], [sent?.method, sent?.path])
  t.equal(ours?.body.toString(), sent?.body)
  const own = Object.entries(sent?.headers ?? {}).filter(([name]) => /^X-Amz-/i.test(name))
  t.equal(own.length, 2)
  for (const [name, value] of own) t.equal(ours?.headers[name.toLowerCase()], value, name)
  const LogResult = Buffer.from('END').toString('base64')
  t.match(answers[0], { StatusCode: 200, FunctionError: 'Unhandled', LogResult })
  t.equal(answers[0]?.['ExecutedVersion'], '$LATEST')
})

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map((entry: unknown) => ({ ...Object(entry) })) : []
}
