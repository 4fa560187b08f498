import t from 'tap'

import { startAws } from '../../../stand-in/aws/index.ts'
import { openCalls } from '../../../stand-in/assertions/aws-calls.ts'

const aws = await startAws()
t.teardown(() => aws.close())

async function refusals(environment: Readonly<Record<string, string>>, asked = aws) {
  const calls = await openCalls({ ...asked.environment, ...environment })
  const answers = [
    calls.ecr('DescribeRepositories'),
    calls.ssm('GetParametersByPath', { Path: '/' }),
    calls.cloudformation('DescribeStacks', { StackName: 'x' }),
    calls.s3('GET', '/bucket'),
    calls.lambda('/2015-03-31/functions'),
  ]
  const settled = await Promise.allSettled(answers)
  return settled.map((result) =>
    result.status === 'rejected' ? `${result.reason.statusCode} ${result.reason.code}` : 'taken',
  )
}

t.test('a key that AWS does not know', async (t) => {
  t.strictSame(await refusals({ AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' }), [
    '400 UnrecognizedClientException',
    '400 UnrecognizedClientException',
    '403 InvalidClientTokenId',
    '403 InvalidAccessKeyId',
    '403 UnrecognizedClientException',
  ])
})

t.test('a wrong secret', async (t) => {
  t.strictSame(await refusals({ AWS_SECRET_ACCESS_KEY: 'wrong' }), [
    '400 InvalidSignatureException',
    '400 InvalidSignatureException',
    '403 SignatureDoesNotMatch',
    '403 SignatureDoesNotMatch',
    '403 InvalidSignatureException',
  ])
})

t.test('a signature of a quarter of an hour ago, or ahead', async (t) => {
  const minutes = 60_000
  for (const [skew, words] of [
    [16 * minutes, /Signature expired: \d{8}T\d{6}Z is now earlier than .* - 15 min\.\)/],
    [-16 * minutes, /Signature not yet current: \d{8}T\d{6}Z is still later than .* \+ 15 min\.\)/],
  ] as const) {
    const skewed = await startAws({ clockSkew: skew })
    t.teardown(() => skewed.close())
    t.strictSame(await refusals({}, skewed), [
      '400 InvalidSignatureException',
      '400 InvalidSignatureException',
      '403 SignatureDoesNotMatch',
      '403 RequestTimeTooSkewed',
      '403 InvalidSignatureException',
    ])
    const calls = await openCalls(skewed.environment)
    await t.rejects(calls.ecr('DescribeRepositories'), { message: words })
  }
  const near = await startAws({ clockSkew: 14 * minutes })
  t.teardown(() => near.close())
  await (await openCalls(near.environment)).ecr('DescribeRepositories')
})

t.test('no signature at all', async (t) => {
  const response = await fetch(aws.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonSSM.GetParameter' },
    body: '{}',
  })
  t.equal(response.status, 400)
  t.match(await response.json(), { __type: 'MissingAuthenticationTokenException' })
})

t.test('a session that is over', async (t) => {
  aws.expireCredentials()
  t.strictSame(await refusals({}), [
    '400 ExpiredTokenException',
    '400 ExpiredTokenException',
    '403 ExpiredToken',
    '400 ExpiredToken',
    '403 ExpiredTokenException',
  ])
})
