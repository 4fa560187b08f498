import t from 'tap'

import { serviceWords, withoutValues } from '../../../../plugin/core/events/service-words.ts'
import { handlerSays } from '../../../fixtures/stack-events.ts'

t.test("a service's own words are taken out of CloudFormation's", (t) => {
  const message = 'Source image "x" does not exist. Provide a valid source image.'
  const lambda = { service: 'Lambda', message }
  t.strictSame(serviceWords(handlerSays(message)), { ...lambda, code: 'InvalidRequest' })
  const attempts = handlerSays(message).replace('0f-1)', '0f-1) (SDK Attempt Count: 1)')
  t.strictSame(serviceWords(attempts), { ...lambda, code: 'InvalidRequest' })
  const older = `${message} (Service: AWSLambdaInternal; Status Code: 400; Error Code: InvalidParameterValueException; Request ID: 0f; Proxy: null)`
  t.strictSame(serviceWords(older), lambda)
  const gateway = 'Invalid mapping (Service: AmazonApiGatewayV2; Status Code: 400; Request ID: 0)'
  t.match(serviceWords(gateway), { service: 'ApiGatewayV2', message: 'Invalid mapping' })
  t.end()
})

t.test('a handler that speaks for itself, and CloudFormation alone', (t) => {
  const own =
    'Resource handler returned message: "null" (RequestToken: 1, HandlerErrorCode: InternalFailure)'
  t.strictSame(serviceWords(own), { message: 'null', code: 'InternalFailure' })
  t.equal(serviceWords('The following resource(s) failed to update: [A].'), undefined)
  t.equal(serviceWords(''), undefined)
  t.end()
})

t.test("values of variables in Lambda's message are left out", (t) => {
  const text = withoutValues('exceeded the 4KB limit. String measured: {"TOKEN":"s3cret"}')
  t.equal(text, 'exceeded the 4KB limit. String measured: (left out)')
  t.end()
})
