import t from 'tap'

import { openAws } from '../../../plugin/effects/aws/client.ts'
import { findStack } from '../../../plugin/effects/stacks/stacks.ts'
import { createDestroyPorts } from '../../../plugin/effects/destroy-ports.ts'
import { type DestroyOptions, destroyStack } from '../../../plugin/actions/destroy.ts'
import { openCalls } from '../../stand-in/assertions/aws-calls.ts'
import { startAws } from '../../stand-in/aws/index.ts'

const standIn = await startAws()
t.teardown(() => standIn.close())
Object.assign(process.env, standIn.environment)
const aws = await openAws({ inventory: { inv: { aws: { region: 'us-west-2' } } } })
const calls = await openCalls(standIn.environment)

const StackName = 'AppStagingPR5'
const TemplateBody = JSON.stringify({
  Resources: {
    Files: { Type: 'AWS::S3::Bucket' },
    Kept: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' },
    Table: { Type: 'AWS::DynamoDB::Table' },
  },
})

/** A stack at rest, and the names of its two buckets. */
async function deployed(): Promise<{ files: string; kept: string }> {
  await calls.cloudformation('CreateStack', { StackName, TemplateBody })
  await rest()
  const resources = standIn.stack(StackName)?.deployment.resources
  return {
    files: resources?.['Files']?.physicalId ?? '',
    kept: resources?.['Kept']?.physicalId ?? '',
  }
}

async function rest(): Promise<void> {
  while (standIn.stack(StackName)?.status.endsWith('_IN_PROGRESS'))
    await calls.cloudformation('DescribeStacks', { StackName })
}

async function run(options: Partial<DestroyOptions> = {}) {
  const said: string[] = []
  const before = standIn.journal.length
  const ports = createDestroyPorts({ aws, say: (message) => void said.push(message), pause: 0 })
  const result = await destroyStack({ stackName: StackName, ...options }, ports)
  const asked = standIn.journal.slice(before).map(({ action }) => action)
  return { result, said, asked }
}

t.beforeEach(() => {
  standIn.state.stacks.splice(0)
  standIn.state.logGroups.splice(0)
  for (const name of Object.keys(standIn.state.buckets)) delete standIn.state.buckets[name]
})

t.test('no stack: nothing to do, and that is no error', async (t) => {
  t.match(await run(), {
    result: 'absent',
    said: [],
    asked: ['DescribeStacks', 'DescribeLogGroups'],
  })
  t.match(await run({ onlyStuck: true }), { result: 'absent', asked: ['DescribeStacks'] })
})

t.test('a stack that runs goes, with its objects and logs, and nothing of others', async (t) => {
  const { files, kept } = await deployed()
  for (const path of ['a%20b%2Bc', 'docs/%C3%BC%25.txt', '007'])
    await calls.s3('PUT', `/${files}/${path}`, Buffer.from('x'))
  const stored = Object.keys(standIn.state.buckets[files]?.objects ?? {})
  t.strictSame(stored.toSorted(), ['007', 'a b+c', 'docs/ü%.txt'])
  await calls.s3('PUT', `/${kept}/memory`, Buffer.from('x'))
  const other = '/aws/lambda/AppStagingPR55-Get'
  standIn.state.logGroups.push(`/aws/lambda/${StackName}-GetIndex-1`, other)
  const { result, said } = await run()
  t.equal(result, 'deleted')
  t.strictSame(said, [
    `Emptied bucket ${files}: 3 object versions`,
    'Deleting stack AppStagingPR5 (CREATE_COMPLETE)',
    'Deleted 1 log group',
  ])
  t.equal(standIn.stack(StackName), undefined)
  t.strictSame(standIn.state.logGroups, [other])
  t.strictSame(Object.keys(standIn.state.buckets), [kept])
  t.strictSame(Object.keys(standIn.state.buckets[kept]?.objects ?? {}), ['memory'])
  t.match(await run(), { result: 'absent' }, 'a second time')
})

t.test('before a deploy, a stack that can be updated stays', async (t) => {
  await deployed()
  t.match(await run({ onlyStuck: true }), { result: 'kept', asked: ['DescribeStacks'] })
  t.equal(standIn.stack(StackName)?.status, 'CREATE_COMPLETE')
})

for (const status of ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED'])
  t.test(`${status}: no deploy can update it, so it goes`, async (t) => {
    await deployed()
    const stack = standIn.stack(StackName)
    if (stack !== undefined) stack.status = status
    t.match(await run({ onlyStuck: true }), { result: 'deleted' })
    t.equal(standIn.stack(StackName), undefined)
  })

/** What each DeleteStack asked for, from an entry of the journal on. */
function modes(since = 0): readonly unknown[] {
  return standIn.journal
    .slice(since)
    .filter(({ action }) => action === 'DeleteStack')
    .map(({ parameters, status }) => [parameters['DeploymentConfig.Mode'], status])
}

t.test('in express mode, but not right before a deploy', async (t) => {
  await deployed()
  let before = standIn.journal.length
  t.match(await run(), { result: 'deleted' })
  t.strictSame(modes(before), [['EXPRESS', 200]])
  await deployed()
  const stack = standIn.stack(StackName)
  if (stack !== undefined) stack.status = 'ROLLBACK_COMPLETE'
  before = standIn.journal.length
  t.match(await run({ onlyStuck: true }), { result: 'deleted' })
  t.strictSame(modes(before), [[undefined, 200]])
})

t.test('where CloudFormation does not offer express mode, it goes in the other', async (t) => {
  const old = await startAws({ expressMode: 'unknown' })
  t.teardown(() => old.close())
  const { AWS_ENDPOINT_URL } = process.env
  t.teardown(() => void (process.env['AWS_ENDPOINT_URL'] = AWS_ENDPOINT_URL))
  Object.assign(process.env, old.environment)
  const oldAws = await openAws({ inventory: { inv: { aws: { region: 'us-west-2' } } } })
  await (
    await openCalls(old.environment)
  ).cloudformation('CreateStack', { StackName, TemplateBody })
  const ports = createDestroyPorts({ aws: oldAws, say: () => {}, pause: 0 })
  t.equal(await destroyStack({ stackName: StackName }, ports), 'deleted')
  const asked = old.journal.filter(({ action }) => action === 'DeleteStack')
  t.strictSame(
    asked.map(({ status }) => status),
    [400, 200],
  )
})

t.test('what express mode could not delete is tried the other way', async (t) => {
  await deployed()
  const stack = standIn.stack(StackName)
  if (stack !== undefined) stack.holds = { Table: 'Table is being used' }
  const before = standIn.journal.length
  await t.rejects(run(), { code: 'STACK_NOT_DELETED' })
  t.strictSame(modes(before), [
    ['EXPRESS', 200],
    [undefined, 200],
    [undefined, 200],
  ])
})

t.test('a first deploy that the stand-in itself rolled back', async (t) => {
  const Properties = { PackageType: 'Image', ImageUri: `${standIn.registryHost}/none:one` }
  const template = {
    Transform: 'AWS::Serverless-2016-10-31',
    Resources: { Broken: { Type: 'AWS::Serverless::Function', Properties } },
  }
  await calls.cloudformation('CreateStack', {
    StackName,
    TemplateBody: JSON.stringify(template),
    'Capabilities.member.1': 'CAPABILITY_IAM',
    'Capabilities.member.2': 'CAPABILITY_AUTO_EXPAND',
  })
  const { result, said } = await run({ onlyStuck: true })
  t.equal(result, 'deleted')
  t.strictSame(said.slice(0, 2), [
    'Waiting for AppStagingPR5 (CREATE_IN_PROGRESS)',
    'Deleting stack AppStagingPR5 (ROLLBACK_COMPLETE)',
  ])
})

t.test('work that is under way is waited for: an update cannot be broken off', async (t) => {
  await deployed()
  const changed = TemplateBody.replace('DynamoDB', 'SQS')
  await calls.cloudformation('UpdateStack', { StackName, TemplateBody: changed })
  await t.rejects(calls.cloudformation('DeleteStack', { StackName }), {
    message: /is in UPDATE_IN_PROGRESS state and can not be deleted/,
  })
  const { result, said } = await run()
  t.equal(result, 'deleted')
  t.equal(said[0], 'Waiting for AppStagingPR5 (UPDATE_IN_PROGRESS)')
})

t.test('a deletion that somebody else began is waited for', async (t) => {
  await deployed()
  await calls.cloudformation('DeleteStack', { StackName })
  const { result, asked } = await run()
  t.equal(result, 'absent')
  t.notOk(asked.includes('DeleteStack'))
})

t.test('DELETE_FAILED: tried again, and what held it may be gone by then', async (t) => {
  const { files } = await deployed()
  await calls.s3('PUT', `/${files}/late`, Buffer.from('x'))
  await calls.cloudformation('DeleteStack', { StackName })
  await rest()
  t.equal(standIn.stack(StackName)?.status, 'DELETE_FAILED')
  const { result, said } = await run()
  t.equal(result, 'deleted')
  t.equal(said[0], `Emptied bucket ${files}: 1 object versions`)
})

t.test('DELETE_FAILED for good: every resource that stayed, and why', async (t) => {
  await deployed()
  const stack = standIn.stack(StackName)
  if (stack !== undefined)
    stack.holds = { Table: 'Table has deletion protection', Files: 'Access Denied' }
  const before = standIn.journal.length
  await t.rejects(run(), {
    code: 'STACK_NOT_DELETED',
    message: new RegExp(
      `could not delete stack 'AppStagingPR5' in 3 attempts\\.\\n- Files \\(AWS::S3::Bucket \\S+\\): Access Denied\\n- Table \\(AWS::DynamoDB::Table \\S+\\): Table has deletion protection\\nRemove`,
    ),
  })
  const tries = standIn.journal.slice(before).filter(({ action }) => action === 'DeleteStack')
  t.equal(tries.length, 3)
  if (stack !== undefined) stack.holds = {}
  t.match(await run({ onlyStuck: true }), { result: 'deleted' })
})

t.test('a stack that never rests ends in an error, not in a job that hangs', async (t) => {
  await deployed()
  const stack = await findStack(aws, StackName)
  const ports = createDestroyPorts({ aws, say: () => {}, pause: 0 })
  const busy = async () => stack && { ...stack, status: 'UPDATE_IN_PROGRESS' }
  await t.rejects(destroyStack({ stackName: StackName }, { ...ports, findStack: busy }), {
    code: 'STACK_BUSY',
    message: /half an hour/,
  })
})

t.test('what the role may not do is named', async (t) => {
  const { files } = await deployed()
  await calls.s3('PUT', `/${files}/one`, Buffer.from('x'))
  const denials = [
    ['cloudformation', 'DescribeStacks'],
    ['s3', 'ListBucketVersions'],
    ['s3', 'DeleteObjectVersion'],
    ['cloudformation', 'DeleteStack'],
  ] as const
  for (const [service, action] of denials) {
    standIn.refuse({ service, action, fault: 'AccessDenied', times: 1 })
    await t.rejects(
      run(),
      { code: 'AWS_DENIED', message: new RegExp(`^${service}:${action} on `) },
      action,
    )
  }
  t.equal(standIn.stack(StackName)?.status, 'CREATE_COMPLETE')
})
