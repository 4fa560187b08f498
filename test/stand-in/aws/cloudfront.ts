import { type Answer, xmlAnswer } from './answer.ts'
import type { Call } from './call.ts'
import { AwsFault } from './fault.ts'

/** An account without distributions; Architect lists them at the end of each deploy. */
export function answerCloudFront(call: Call): Answer {
  if (call.method !== 'GET' || !/^\/\d{4}-\d{2}-\d{2}\/distribution$/.test(call.path))
    throw new AwsFault(
      'NotImplemented',
      'The stand-in of AWS does not know this CloudFront call.',
      501,
    )
  return xmlAnswer(
    'DistributionList',
    { Marker: '', MaxItems: 100, IsTruncated: false, Quantity: 0 },
    'http://cloudfront.amazonaws.com/doc/2020-05-31/',
  )
}
