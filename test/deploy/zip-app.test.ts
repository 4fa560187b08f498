import { join } from 'node:path'
import t from 'tap'

import { runArc } from '../stand-in/arc.ts'
import { startAws } from '../stand-in/aws/index.ts'

const app = join(import.meta.dirname, '../fixtures/apps/deploy-zip')

t.test('the real arc deploys a zip-only app to the stand-in', async (t) => {
  const aws = await startAws()
  t.teardown(() => aws.close())
  const run = await runArc({ app, args: ['deploy'], environment: aws.environment })
  t.equal(run.exitCode, 0, run.output)
  const stack = aws.stack('ZipOnlyStaging')
  t.equal(stack?.status, 'CREATE_COMPLETE')
  t.match(stack?.deployment.functions['GetIndexHTTPLambda'], {
    packageType: 'Zip',
    properties: { Architectures: ['arm64'], Runtime: 'nodejs24.x', CodeUri: /^s3:\/\/zip-only-/ },
  })
  t.strictSame(
    aws.journal.filter(({ service }) => service === 'ecr'),
    [],
  )
})
