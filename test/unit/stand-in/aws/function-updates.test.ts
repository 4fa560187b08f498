import t from 'tap'

import { openCalls } from '../../../stand-in/assertions/aws-calls.ts'
import { startAws } from '../../../stand-in/aws/index.ts'
import type { UpdateFailure } from '../../../stand-in/aws/lambda-functions/function-update.ts'
import { pushImage } from '../../../stand-in/inputs/push-image.ts'

const capabilities = {
  'Capabilities.member.1': 'CAPABILITY_IAM',
  'Capabilities.member.2': 'CAPABILITY_AUTO_EXPAND',
}

let failure: UpdateFailure | undefined
const aws = await startAws({ looksUntilUpdated: 1, updateFailure: () => failure })
t.teardown(() => aws.close())
const calls = await openCalls(aws.environment)
await calls.ecr('CreateRepository', { repositoryName: 'app' })
const uri = `${aws.registryHost}/app`
const [one, two, three] = [
  `${uri}@${await pushImage(aws, { repository: 'app', tag: 'one' })}`,
  `${uri}@${await pushImage(aws, { repository: 'app', tag: 'two' })}`,
  `${uri}@${await pushImage(aws, { repository: 'app', tag: 'three' })}`,
]

function image(ImageUri: string, more: object = {}): object {
  return {
    Type: 'AWS::Serverless::Function',
    Properties: {
      PackageType: 'Image',
      ImageUri,
      Architectures: ['arm64'],
      ImageConfig: { Command: ['index.handler'] },
      ...more,
    },
  }
}

async function deploy(Resources: object): Promise<string> {
  const action = aws.stack('S') === undefined ? 'CreateStack' : 'UpdateStack'
  const TemplateBody = JSON.stringify({ Transform: 'AWS::Serverless-2016-10-31', Resources })
  await calls.cloudformation(action, { StackName: 'S', TemplateBody, ...capabilities })
  while (aws.stack('S')?.upcoming.length)
    await calls.cloudformation('DescribeStacks', { StackName: 'S' })
  return aws.stack('S')?.status ?? ''
}

await deploy({ F: image(one) })
const name = aws.stack('S')?.deployment.functions['F']?.functionName ?? ''
const path = `/2015-03-31/functions/${name}`

async function runs(): Promise<unknown> {
  const { Code } = await calls.lambda(path)
  return Reflect.get(Object(Code), 'ResolvedImageUri')
}

async function settled(): Promise<Record<string, unknown>> {
  for (;;) {
    const seen = await calls.lambda(`${path}/configuration`)
    if (seen['LastUpdateStatus'] !== 'InProgress') return seen
  }
}

t.test('an update is under way, then done', async (t) => {
  const { RevisionId } = await calls.lambda(`${path}/configuration`)
  const taken = await calls.lambda(`${path}/code`, { ImageUri: two, RevisionId })
  t.match(taken, { LastUpdateStatus: 'InProgress', CodeSha256: two.split(':').at(-1) })
  await t.rejects(calls.lambda(`${path}/code`, { ImageUri: one }), {
    code: 'ResourceConflictException',
    statusCode: 409,
  })
  t.match(await settled(), { State: 'Active', LastUpdateStatus: 'Successful' })
  t.equal(await runs(), two)
  await t.rejects(calls.lambda(`${path}/code`, { ImageUri: one, RevisionId }), {
    code: 'PreconditionFailedException',
    statusCode: 412,
  })
})

t.test(
  'CloudFormation does not see it, and leaves what its template does not change',
  async (t) => {
    t.equal(aws.stack('S')?.deployment.functions['F']?.resolvedImageUri, one)
    t.equal(await deploy({ F: image(one) }), 'UPDATE_COMPLETE')
    t.equal(await runs(), two)
    t.equal(await deploy({ F: image(one, { MemorySize: 512 }) }), 'UPDATE_COMPLETE')
    t.equal(await runs(), two, 'not by another change of the function either')
    t.equal(await deploy({ F: image(three) }), 'UPDATE_COMPLETE')
    t.equal(await runs(), three)
  },
)

t.test('a rollback goes back to the image of the template', async (t) => {
  await calls.lambda(`${path}/code`, { ImageUri: two })
  await settled()
  const missing = image(`${uri}@sha256:${'0'.repeat(64)}`)
  t.equal(await deploy({ F: image(one), G: missing }), 'UPDATE_ROLLBACK_COMPLETE')
  t.equal(await runs(), three)
})

t.test('what is refused, and what is tried only', async (t) => {
  const refused = (body: object, code: string) =>
    t.rejects(calls.lambda(`${path}/code`, { ...body }), { code })
  await refused({ ImageUri: `${uri}@sha256:${'0'.repeat(64)}` }, 'InvalidParameterValueException')
  await refused({ ImageUri: 'example.com/app:one' }, 'InvalidParameterValueException')
  await refused({}, 'InvalidParameterValueException')
  await refused({ ImageUri: one, Foo: true }, 'NotImplemented')
  await t.rejects(calls.lambda('/2015-03-31/functions/none/code', { ImageUri: one }), {
    code: 'ResourceNotFoundException',
  })
  await calls.lambda(`${path}/code`, { ImageUri: two, DryRun: true })
  t.equal(await runs(), three)
})

t.test('an update that Lambda took and could not do leaves what ran', async (t) => {
  failure = { code: 'InvalidImage', reason: 'The image is not valid.' }
  await calls.lambda(`${path}/code`, { ImageUri: two })
  t.match(await settled(), {
    LastUpdateStatus: 'Failed',
    LastUpdateStatusReasonCode: 'InvalidImage',
    LastUpdateStatusReason: 'The image is not valid.',
  })
  t.equal(await runs(), three)
})
