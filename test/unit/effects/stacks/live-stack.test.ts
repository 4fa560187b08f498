import { imageMetadata } from '../../../../plugin/core/template/live-functions.ts'
import t from 'tap'

import { openAws } from '../../../../plugin/effects/aws/client.ts'
import { liveStackState, readLiveStack } from '../../../../plugin/effects/stacks/live-stack.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { startAws } from '../../../stand-in/aws/index.ts'
import { openCalls } from '../../../stand-in/assertions/aws-calls.ts'
import { pushImage } from '../../../stand-in/inputs/push-image.ts'

const standIn = await startAws({ pollsUntilSettled: 0 })
t.teardown(() => standIn.close())
Object.assign(process.env, standIn.environment)
const aws = await openAws({ inventory: { inv: { aws: { region: 'us-west-2' } } } })
const calls = await openCalls(standIn.environment)

t.test('no such stack', async (t) => {
  t.equal(await readLiveStack({ aws, stackName: 'AppStaging' }), undefined)
})

t.test('the functions of the deployed template', async (t) => {
  await calls.ecr('CreateRepository', { repositoryName: 'app' })
  const digest = await pushImage(standIn, { repository: 'app', tag: 'one' })
  const previous = digestOf('the one before')
  const ImageUri = `${standIn.registryHost}/app@${digest}`
  const template = {
    Transform: 'AWS::Serverless-2016-10-31',
    Description: `"quotes" & <angles> ${'"'.repeat(200_000)}`,
    Resources: {
      Zip: {
        Type: 'AWS::Serverless::Function',
        Properties: { Runtime: 'nodejs24.x', Handler: 'i.h', InlineCode: '//' },
        ArcMetadata: { pragma: 'http', name: 'get /', method: 'get', path: '/' },
      },
      Image: {
        Type: 'AWS::Serverless::Function',
        Properties: { PackageType: 'Image', ImageUri, Architectures: ['arm64'] },
        Metadata: imageMetadata(previous),
      },
      Table: { Type: 'AWS::DynamoDB::Table' },
    },
  }
  const location = '<LocationConstraint>us-west-2</LocationConstraint>'
  await calls.s3('PUT', '/templates', Buffer.from(location))
  await calls.s3('PUT', '/templates/t.json', Buffer.from(JSON.stringify(template)))
  await calls.cloudformation('CreateStack', {
    StackName: 'AppStaging',
    TemplateURL: 'https://templates.s3.us-west-2.amazonaws.com/t.json',
    'Capabilities.member.1': 'CAPABILITY_IAM',
    'Capabilities.member.2': 'CAPABILITY_AUTO_EXPAND',
  })
  const stack = await readLiveStack({ aws, stackName: 'AppStaging' })
  t.equal(stack?.kind, 'live')
  t.strictSame(stack?.kind === 'live' && [...stack.functions.values()], [
    {
      logicalId: 'Zip',
      packageType: 'Zip',
      architectures: ['x86_64'],
      arcMetadata: template.Resources.Zip.ArcMetadata,
    },
    {
      logicalId: 'Image',
      packageType: 'Image',
      architectures: ['arm64'],
      imageUri: ImageUri,
      image: { runs: digest, previous, damaged: false },
    },
  ])
})

t.test('who may not read it is told so, without an error', async (t) => {
  standIn.refuse({
    service: 'cloudformation',
    action: 'GetTemplate',
    fault: 'AccessDenied',
    times: 1,
  })
  t.match(await readLiveStack({ aws, stackName: 'AppStaging' }), {
    kind: 'unreadable',
    reason: /Allow cloudformation:GetTemplate on stack 'AppStaging'/,
  })
})

t.test('a template that is not JSON', async (t) => {
  const odd = { ...aws, cloudformation: async () => ({ TemplateBody: 'Resources: {}' }) }
  t.match(await readLiveStack({ aws: odd, stackName: 'Yaml' }), { kind: 'unreadable' })
})

t.test('a stack that no deploy can update is told by its state', (t) => {
  const unreadable = { kind: 'unreadable', reason: 'Stack X does not have a template' } as const
  t.strictSame(liveStackState('X', 'REVIEW_IN_PROGRESS', unreadable), {
    stackName: 'X',
    functions: [],
    status: 'REVIEW_IN_PROGRESS',
  })
  t.throws(() => liveStackState('X', 'UPDATE_COMPLETE', unreadable), { code: 'AWS_FAILED' })
  t.end()
})
