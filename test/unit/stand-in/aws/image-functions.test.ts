import t, { type Test } from 'tap'

import { type AwsStandIn, startAws } from '../../../stand-in/aws/index.ts'
import { openCalls } from '../../../stand-in/assertions/aws-calls.ts'
import { pushImage } from '../../../stand-in/inputs/push-image.ts'

const capabilities = {
  'Capabilities.member.1': 'CAPABILITY_IAM',
  'Capabilities.member.2': 'CAPABILITY_AUTO_EXPAND',
}

const imageConfig = {
  EntryPoint: ['/lambda-entrypoint.sh'],
  Command: ['http/get-index/index.handler'],
  WorkingDirectory: '/var/task',
}

function templateOf(properties: object, more: object = {}): string {
  return JSON.stringify({
    Transform: 'AWS::Serverless-2016-10-31',
    ...more,
    Resources: { F: { Type: 'AWS::Serverless::Function', Properties: properties } },
  })
}

async function deploy(aws: AwsStandIn, TemplateBody: string, StackName = 'S') {
  const calls = await openCalls(aws.environment)
  const action = aws.stack(StackName) === undefined ? 'CreateStack' : 'UpdateStack'
  await calls.cloudformation(action, { StackName, TemplateBody, ...capabilities })
  const stack = aws.stack(StackName)
  while (stack?.upcoming.length) await calls.cloudformation('DescribeStacks', { StackName })
  const failed = stack?.events.findLast(({ status }) => /^(CREATE|UPDATE)_FAILED$/.test(status))
  const invalid = stack?.events.findLast(({ validation }) => validation !== undefined)
  const reason = failed?.reason ?? invalid?.validation?.reason ?? stack?.reason ?? ''
  return { stack, reason }
}

t.test('image functions as Lambda takes and refuses them', async (t) => {
  const aws = await startAws()
  t.teardown(() => aws.close())
  const calls = await openCalls(aws.environment)
  await calls.ecr('CreateRepository', { repositoryName: 'app' })
  const digest = await pushImage(aws, { repository: 'app', tag: 'one' })
  const uri = `${aws.registryHost}/app`
  const good = {
    PackageType: 'Image',
    ImageUri: `${uri}@${digest}`,
    Architectures: ['arm64'],
    ImageConfig: imageConfig,
  }
  let count = 0

  async function refused(t: Test, properties: object, reason: RegExp, more?: object) {
    const name = `Refused${count++}`
    const { stack, reason: seen } = await deploy(aws, templateOf(properties, more), name)
    t.equal(stack?.status, 'ROLLBACK_COMPLETE')
    t.match(seen, reason)
    t.strictSame(stack?.deployment.functions, {})
  }

  await t.test('a good one starts, its digest is pinned', async (t) => {
    const { stack } = await deploy(aws, templateOf(good), 'Good')
    t.equal(stack?.status, 'CREATE_COMPLETE')
    t.match(stack?.deployment.functions['F'], {
      packageType: 'Image',
      resolvedImageUri: good.ImageUri,
    })
    t.notOk(stack?.deployment.functions['F']?.startError)
  })

  await t.test('a tag is resolved', async (t) => {
    const { stack } = await deploy(aws, templateOf({ ...good, ImageUri: `${uri}:one` }), 'Tag')
    t.equal(stack?.deployment.functions['F']?.resolvedImageUri, good.ImageUri)
  })

  await t.test('an intrinsic is resolved', async (t) => {
    const ImageUri = {
      'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/app@${digest}`,
    }
    const { stack } = await deploy(aws, templateOf({ ...good, ImageUri }), 'Sub')
    t.equal(stack?.status, 'CREATE_COMPLETE')
  })

  for (const [property, value] of Object.entries({
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Layers: ['arn:aws:lambda:us-west-2:123456789012:layer:x:1'],
  })) {
    await t.test(`SAM refuses ${property}`, async (t) => {
      const reason =
        /Resource with id \[F\] is invalid\. Runtime, Handler, Layers cannot be present/
      await refused(t, { ...good, [property]: value }, reason)
    })
  }
  await t.test('SAM refuses what Globals bring', async (t) => {
    const more = { Globals: { Function: { Runtime: 'nodejs24.x' } } }
    await refused(t, good, /Runtime, Handler, Layers cannot be present/, more)
  })
  await t.test('empty Layers pass', async (t) => {
    const { stack } = await deploy(aws, templateOf({ ...good, Layers: [] }), 'NoLayers')
    t.equal(stack?.status, 'CREATE_COMPLETE')
  })
  await t.test('variables that Lambda reserves, or whose names it does not take', async (t) => {
    const variables = (Variables: object) => ({ ...good, Environment: { Variables } })
    await refused(
      t,
      variables({ OWN: '1', AWS_REGION: 'us-east-1', _HANDLER: 'x' }),
      /contains reserved keys .* Reserved keys used in this request: AWS_REGION, _HANDLER \(/,
    )
    await refused(t, variables({ '1x': '1' }), /Map keys must satisfy constraint/)
    const { stack } = await deploy(aws, templateOf(variables({ AWS_PROFILE: 'own' })), 'Variables')
    t.equal(stack?.status, 'CREATE_COMPLETE')
  })
  await t.test('a name is not too long', async (t) => {
    const named = (length: number) => ({ ...good, FunctionName: 'f'.repeat(length) })
    await refused(t, named(65), /'functionName' .* length less than or equal to 64/)
    const { stack } = await deploy(aws, templateOf(named(64)), 'Name')
    t.equal(stack?.status, 'CREATE_COMPLETE')
    await t.rejects(deploy(aws, templateOf(good), 'S'.repeat(129)), { code: 'ValidationError' })
    await t.rejects(calls.ecr('CreateRepository', { repositoryName: 'r'.repeat(257) }), {
      code: 'InvalidParameterException',
    })
    await calls.ecr('CreateRepository', { repositoryName: 'r'.repeat(256) })
  })
  await t.test('SAM refuses an image without ImageUri', async (t) => {
    await refused(t, { PackageType: 'Image' }, /'ImageUri' must be set\./)
  })
  await t.test('SAM refuses another package type', async (t) => {
    await refused(t, { ...good, PackageType: 'Docker' }, /invalid 'PackageType' : Docker/)
  })
  await t.test('SAM refuses ImageConfig beside a zip', async (t) => {
    const zip = {
      Runtime: 'nodejs24.x',
      Handler: 'x.y',
      CodeUri: 's3://b/k',
      ImageConfig: imageConfig,
    }
    await refused(t, zip, /cannot be present when PackageType is of type `Zip`/)
  })
  await t.test('SAM refuses a local path', async (t) => {
    const zip = { Runtime: 'nodejs24.x', Handler: 'x.y', CodeUri: '/some/folder' }
    await refused(t, zip, /'CodeUri' is not a valid S3 Uri/)
  })
  await t.test('SAM refuses a zip function without its parts', async (t) => {
    const reason = /Runtime and Handler needs to be present when PackageType is of type `Zip`/
    await refused(t, { CodeUri: 's3://b/k', Handler: 'x.y' }, reason)
    const without = { Runtime: 'nodejs24.x', Handler: 'x.y' }
    await refused(t, without, /Only one of 'InlineCode' or 'CodeUri' can be set\./)
  })
  await t.test('a zip that S3 does not have', async (t) => {
    const zip = { Runtime: 'nodejs24.x', Handler: 'x.y', CodeUri: 's3://nowhere/k' }
    await refused(t, zip, /S3 Error Code: NoSuchBucket/)
  })

  await t.test('Lambda refuses images that are not there', async (t) => {
    const other = `sha256:${'0'.repeat(64)}`
    await refused(t, { ...good, ImageUri: `${uri}@${other}` }, /Source image .* does not exist/)
    await refused(t, { ...good, ImageUri: `${uri}:two` }, /Source image .* does not exist/)
    const elsewhere = `${aws.registryHost}/other@${digest}`
    await refused(t, { ...good, ImageUri: elsewhere }, /Source image .* does not exist/)
  })
  await t.test('Lambda refuses addresses that are none', async (t) => {
    await refused(t, { ...good, ImageUri: uri }, /is not valid\. Provide a valid source image/)
    const loopback = `${aws.registry.host}/app@${digest}`
    await refused(t, { ...good, ImageUri: loopback }, /is not valid/)
    const region = good.ImageUri.replace('us-west-2', 'eu-west-1')
    await refused(t, { ...good, ImageUri: region }, /is not valid/)
  })
  await t.test('Lambda refuses an index', async (t) => {
    const index = await pushImage(aws, { repository: 'app', tag: 'index', index: true })
    const reason = /The image manifest, config or layer media type for the source image .* is not/
    await refused(t, { ...good, ImageUri: `${uri}@${index}` }, reason)
  })
  await t.test('Lambda refuses ImageConfig of another shape', async (t) => {
    const ImageConfig = { ...imageConfig, Entrypoint: ['/x'] }
    await refused(t, { ...good, ImageConfig }, /extraneous key \[Entrypoint\] is not permitted/)
    const command = { ...imageConfig, Command: 'index.handler' }
    await refused(t, { ...good, ImageConfig: command }, /ImageConfig\/Command/)
  })
  await t.test('Lambda refuses two architectures', async (t) => {
    const Architectures = ['arm64', 'x86_64']
    await refused(t, { ...good, Architectures }, /'architectures' failed to satisfy constraint/)
  })
  await t.test('Lambda refuses too large an environment', async (t) => {
    const Environment = { Variables: { LARGE: 'x'.repeat(4096) } }
    await refused(t, { ...good, Environment }, /exceeded the 4KB limit/)
  })

  await t.test('AWS takes what cannot start, which is then seen', async (t) => {
    async function startError(properties: object): Promise<string | undefined> {
      const { stack } = await deploy(aws, templateOf(properties), `Start${count++}`)
      t.equal(stack?.status, 'CREATE_COMPLETE')
      return stack?.deployment.functions['F']?.startError
    }
    const amd64 = await pushImage(aws, { repository: 'app', architecture: 'amd64', tag: 'amd64' })
    t.match(
      await startError({ ...good, ImageUri: `${uri}@${amd64}` }),
      /Runtime\.InvalidEntrypoint: fork\/exec \/lambda-entrypoint\.sh: exec format error/,
    )
    t.match(await startError({ ...good, Architectures: undefined }), /exec format error/)
    t.match(
      await startError({ ...good, ImageConfig: { Command: [] } }),
      /entrypoint requires the handler name/,
    )
    t.match(
      await startError({ ...good, ImageConfig: { ...imageConfig, WorkingDirectory: 'var' } }),
      /Runtime\.InvalidWorkingDir/,
    )
  })
})

t.test('rollback of an update', async (t) => {
  const aws = await startAws()
  t.teardown(() => aws.close())
  const calls = await openCalls(aws.environment)
  await calls.ecr('CreateRepository', { repositoryName: 'app' })
  const one = await pushImage(aws, { repository: 'app', tag: 'one' })
  const two = await pushImage(aws, { repository: 'app', tag: 'two' })
  const absent = `sha256:${'0'.repeat(64)}`
  const templateWith = (f: string, g: string): string => {
    const resource = (digest: string) => ({
      Type: 'AWS::Serverless::Function',
      Properties: {
        PackageType: 'Image',
        ImageUri: `${aws.registryHost}/app@${digest}`,
        Architectures: ['arm64'],
        ImageConfig: imageConfig,
      },
    })
    return JSON.stringify({
      Transform: 'AWS::Serverless-2016-10-31',
      Resources: { F: resource(f), G: resource(g) },
    })
  }
  await deploy(aws, templateWith(one, one))

  await t.test('keeps the template that was deployed', async (t) => {
    const { stack } = await deploy(aws, templateWith(two, absent))
    t.equal(stack?.status, 'UPDATE_ROLLBACK_COMPLETE')
    t.match(stack?.reason, /failed to update: \[G\]/)
    const { TemplateBody } = await calls.cloudformation('GetTemplate', {
      StackName: 'S',
      TemplateStage: 'Original',
    })
    t.equal(TemplateBody, templateWith(one, one))
  })

  await t.test('needs the old image', async (t) => {
    const imageIds = [{ imageDigest: one }]
    await calls.ecr('BatchDeleteImage', { repositoryName: 'app', imageIds })
    const { stack } = await deploy(aws, templateWith(two, absent))
    t.equal(stack?.status, 'UPDATE_ROLLBACK_FAILED')
    t.match(stack?.reason, /The function is trying to use a deleted image\./)
  })

  await t.test('a stack in that state takes no update', async (t) => {
    await t.rejects(deploy(aws, templateWith(two, two)), {
      code: 'ValidationError',
      message: /is in UPDATE_ROLLBACK_FAILED state and can not be updated\./,
    })
  })
})

t.test('from Zip to Image the function is replaced', async (t) => {
  const aws = await startAws()
  t.teardown(() => aws.close())
  const calls = await openCalls(aws.environment)
  await calls.ecr('CreateRepository', { repositoryName: 'app' })
  const digest = await pushImage(aws, { repository: 'app', tag: 'one' })
  await deploy(aws, templateOf({ Runtime: 'nodejs24.x', Handler: 'i.h', InlineCode: '//' }))
  const before = aws.stack('S')?.deployment.functions['F']?.functionName
  const { stack } = await deploy(
    aws,
    templateOf({ PackageType: 'Image', ImageUri: `${aws.registryHost}/app@${digest}` }),
  )
  t.equal(stack?.status, 'UPDATE_COMPLETE')
  t.not(stack?.deployment.functions['F']?.functionName, before)
  t.ok(stack?.events.some(({ reason }) => /creation of a new physical resource/.test(reason ?? '')))
})

t.test('another CodeUri beside an image is no difference', async (t) => {
  const aws = await startAws({ identicalUpdate: 'refused' })
  t.teardown(() => aws.close())
  const calls = await openCalls(aws.environment)
  await calls.ecr('CreateRepository', { repositoryName: 'app' })
  const digest = await pushImage(aws, { repository: 'app', tag: 'one' })
  const ImageUri = `${aws.registryHost}/app@${digest}`
  const withCode = (CodeUri: string) => templateOf({ PackageType: 'Image', ImageUri, CodeUri })
  await deploy(aws, withCode('s3://bucket/one'))
  await t.rejects(deploy(aws, withCode('s3://bucket/two')), {
    message: /No updates are to be performed\./,
  })
})

t.test('Lambda may read the repository', async (t) => {
  const aws = await startAws()
  t.teardown(() => aws.close())
  const calls = await openCalls(aws.environment)
  await calls.ecr('CreateRepository', { repositoryName: 'app' })
  const one = await pushImage(aws, { repository: 'app', tag: 'one' })
  const two = await pushImage(aws, { repository: 'app', tag: 'two' })
  const template = (digest: string) =>
    templateOf({ PackageType: 'Image', ImageUri: `${aws.registryHost}/app@${digest}` })
  await t.rejects(calls.ecr('GetRepositoryPolicy', { repositoryName: 'app' }), {
    code: 'RepositoryPolicyNotFoundException',
  })
  await deploy(aws, template(one))
  t.match(
    await calls.ecr('GetRepositoryPolicy', { repositoryName: 'app' }),
    {
      policyText: /LambdaECRImageRetrievalPolicy/,
    },
    'CreateFunction adds its statement',
  )
  await calls.ecr('DeleteRepositoryPolicy', { repositoryName: 'app' })
  const { stack, reason } = await deploy(aws, template(two))
  t.equal(stack?.status, 'UPDATE_ROLLBACK_COMPLETE')
  t.match(reason, /Lambda does not have permission to access the ECR image/)
})
