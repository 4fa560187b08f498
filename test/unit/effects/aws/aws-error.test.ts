import t from 'tap'

import { awsError } from '../../../../plugin/effects/aws/aws-error.ts'

const call = {
  service: 'ecr',
  action: 'CreateRepository',
  resource: "repository 'x'",
} as const
const who =
  'User: arn:aws:sts::1:assumed-role/deploy/ci is not authorized to perform: ecr:CreateRepository'

/** AWS's words to what is said of them. */
const denials: Readonly<Record<string, RegExp>> = {
  [`${who} because no identity-based policy allows the ecr:CreateRepository action`]:
    /Allow ecr:CreateRepository on repository 'x' for the deploying role\.$/,
  [`${who} with an explicit deny in an identity-based policy`]:
    /A Deny forbids it, .* denies ecr:CreateRepository\.$/,
  [`${who} with an explicit deny in a service control policy`]: /A policy of the AWS organization/,
  [`${who} because no resource control policy allows it`]: /A policy of the AWS organization/,
  [`${who} because no permissions boundary allows the ecr:CreateRepository action`]:
    /permissions boundary does not allow it/,
}

t.test("a denial keeps AWS's reason, which decides what helps", (t) => {
  for (const [text, cure] of Object.entries(denials)) {
    const message = `@aws-lite/client: ECR.CreateRepository: ${text}`
    const error = awsError({ code: 'AccessDeniedException', statusCode: 400, message }, call)
    t.equal(error.code, 'AWS_DENIED')
    t.ok(error.message.includes(text), error.message)
    t.match(error.message, cure)
  }
  t.end()
})

t.test('a denial without a reason', (t) => {
  const { message } = awsError({ statusCode: 403, message: '' }, { ...call, service: 's3' })
  t.equal(
    message,
    "s3:CreateRepository on repository 'x': 403. Allow s3:CreateRepository on repository 'x' for the deploying role.",
  )
  t.end()
})

t.test('what else fails says what to do, if it is not about the call itself', (t) => {
  const messages: readonly (readonly [object, RegExp])[] = [
    [
      { code: 'ThrottlingException', statusCode: 400, message: 'Rate exceeded' },
      /400 ThrottlingException: Rate exceeded\. .* try again later\.$/,
    ],
    [{ statusCode: 502, message: 'unknown error' }, /502: unknown error\. .* try again later\.$/],
    [
      { message: 'read ECONNRESET' },
      /no answer: read ECONNRESET\. Check the network, the region and HTTPS_PROXY/,
    ],
    [
      { code: 'ValidationError', statusCode: 400, message: 'Stack x does not exist' },
      /400 ValidationError: Stack x does not exist\.$/,
    ],
  ]
  for (const [error, message] of messages) {
    t.match(awsError(error, call), { code: 'AWS_FAILED', message })
  }
  t.match(awsError({ code: 'ExpiredToken', statusCode: 403, message: 'It is expired' }, call), {
    code: 'AWS_CREDENTIALS_REFUSED',
    message: /It is expired\. Renew them/,
  })
  t.end()
})

t.test('a clock that is off is no reason to renew credentials', (t) => {
  for (const [code, text] of [
    ['InvalidSignatureException', 'Signature expired: 20260101T000000Z is now earlier than ...'],
    [
      'SignatureDoesNotMatch',
      'Signature not yet current: 20280101T000000Z is still later than ...',
    ],
    [
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    ],
  ]) {
    const error = awsError({ code, statusCode: 403, message: text }, call)
    t.match(error, { code: 'AWS_CREDENTIALS_REFUSED', message: /Set this machine's clock/ })
    t.notMatch(error.message, /Renew/)
  }
  t.end()
})
