import { join } from 'node:path'
import t from 'tap'

import { runArc } from '../stand-in/harness/arc.ts'
import { startAws } from '../stand-in/aws/index.ts'
import { openCalls } from '../stand-in/assertions/aws-calls.ts'
import { pushImage } from '../stand-in/inputs/push-image.ts'

const app = join(import.meta.dirname, '../fixtures/apps/deploy-image')

t.test('an image function through the real arc: deployed, refused, rolled back', async (t) => {
  const aws = await startAws({ pollsUntilSettled: 0 })
  t.teardown(() => aws.close())
  const calls = await openCalls(aws.environment)
  await calls.ecr('CreateRepository', { repositoryName: 'app' })
  const digest = await pushImage(aws, { repository: 'app', tag: 'one' })
  const ImageUri = `${aws.registryHost}/app@${digest}`
  const deploy = (uri: string) =>
    runArc({
      app,
      args: ['deploy', '--no-hydrate'],
      environment: { ...aws.environment, TEST_IMAGE_URI: uri },
    })
  const stack = () => aws.stack('ImageOnlyStaging')
  const live = () => stack()?.deployment.functions['GetIndexHTTPLambda']

  const first = await deploy(ImageUri)
  t.equal(first.exitCode, 0, first.output)
  t.match(live(), { packageType: 'Image', resolvedImageUri: ImageUri })
  t.notOk(live()?.startError)

  const second = await deploy(ImageUri.replace(digest, `sha256:${'0'.repeat(64)}`))
  t.equal(second.exitCode, 1)
  t.match(second.output, /Bad deployment state found: UPDATE_ROLLBACK_COMPLETE/)
  t.equal(stack()?.status, 'UPDATE_ROLLBACK_COMPLETE')
  t.equal(live()?.resolvedImageUri, ImageUri)
  const reasons = stack()?.events.map(({ reason }) => reason ?? '')
  t.match(reasons?.join('\n'), /Source image .* does not exist/)

  const amd64 = await pushImage(aws, { repository: 'app', tag: 'amd64', architecture: 'amd64' })
  const third = await deploy(ImageUri.replace(digest, amd64))
  t.equal(third.exitCode, 0, 'AWS takes it')
  t.match(live()?.startError, /exec format error/, 'the first invocation fails')
})

t.test('a first deploy that fails leaves a stack that takes no other', async (t) => {
  const aws = await startAws({ pollsUntilSettled: 0 })
  t.teardown(() => aws.close())
  const environment = { ...aws.environment, TEST_IMAGE_URI: `${aws.registryHost}/none:one` }
  const args = ['deploy', '--no-hydrate']
  const first = await runArc({ app, args, environment })
  t.equal(first.exitCode, 1)
  t.match(first.output, /Bad deployment state found: ROLLBACK_COMPLETE/)
  t.strictSame(aws.stack('ImageOnlyStaging')?.deployment.functions, {})
  const second = await runArc({ app, args, environment })
  t.equal(second.exitCode, 1)
  t.match(second.output, /is in ROLLBACK_COMPLETE state and can not be updated/)
})
