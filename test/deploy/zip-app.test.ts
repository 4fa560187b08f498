import { join } from 'node:path'
import t from 'tap'

import { copyFixture, runArc } from '../stand-in/harness/arc.ts'
import { startAws } from '../stand-in/aws/index.ts'

const app = join(import.meta.dirname, '../fixtures/apps/deploy-zip')

t.test('the real arc deploys a zip-only app to the stand-in, twice', async (t) => {
  const aws = await startAws({ pollsUntilSettled: 0 })
  const copy = await copyFixture(app)
  t.teardown(() => Promise.all([aws.close(), copy.remove()]))
  const deploy = () =>
    runArc({
      app,
      directory: copy.directory,
      args: ['deploy', '--no-hydrate'],
      environment: aws.environment,
    })

  const first = await deploy()
  t.equal(first.exitCode, 0, first.output)
  const stack = aws.stack('ZipOnlyStaging')
  t.equal(stack?.status, 'CREATE_COMPLETE')
  t.match(stack?.deployment.functions['GetIndexHTTPLambda'], {
    packageType: 'Zip',
    properties: { Architectures: ['arm64'], Runtime: 'nodejs24.x', CodeUri: /^s3:\/\/zip-only-/ },
  })

  const second = await deploy()
  t.equal(second.exitCode, 0, second.output)
  t.equal(aws.stack('ZipOnlyStaging')?.status, 'UPDATE_COMPLETE')
  t.strictSame(
    aws.journal.filter(({ service }) => service === 'ecr'),
    [],
  )
})

t.test('what CloudFormation refuses fails the deploy', async (t) => {
  const aws = await startAws()
  t.teardown(() => aws.close())
  aws.refuse({ service: 'cloudformation', action: 'CreateStack', fault: 'AccessDenied' })
  const args = ['deploy', '--no-hydrate']
  const run = await runArc({ app, args, environment: aws.environment })
  t.equal(run.exitCode, 1)
  t.match(run.output, /is not authorized to perform: cloudformation:CreateStack/)
  t.equal(aws.stack('ZipOnlyStaging'), undefined)
})

t.test('a dry run leaves sam.json and deploys nothing', async (t) => {
  const aws = await startAws()
  t.teardown(() => aws.close())
  const run = await runArc({ app, args: ['deploy', '--dry-run'], environment: aws.environment })
  t.equal(run.exitCode, 0, run.output)
  t.match(run.samTemplate?.Resources['GetIndexHTTPLambda'], { Type: 'AWS::Serverless::Function' })
  t.strictSame(
    aws.journal.filter(({ status }) => status < 400).map(({ action }) => action),
    ['GetParametersByPath'],
  )
})

t.test('wrong credentials stop the real arc', async (t) => {
  const aws = await startAws()
  t.teardown(() => aws.close())
  const environment = { ...aws.environment, AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' }
  const run = await runArc({ app, args: ['deploy'], environment })
  t.equal(run.exitCode, 1)
  t.match(run.output, /The security token included in the request is invalid/)
})
