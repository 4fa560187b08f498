import { type Answer, xmlAnswer } from './answer.ts'
import type { Call } from './call.ts'
import type { Context } from './context.ts'
import { AwsFault } from './fault.ts'
import { queryParameters } from './query-protocol.ts'

/** Security Token Service; shape from botocore's `sts` model. */
export function answerSts(call: Call, context: Context): Answer {
  const action = queryParameters(call).get('Action')
  if (action !== 'GetCallerIdentity')
    throw new AwsFault('InvalidAction', `Could not find operation ${action} for version 2011-06-15`)
  const result = {
    UserId: 'AIDASTANDIN',
    Account: context.account,
    Arn: context.behaviour.callerArn ?? `arn:aws:iam::${context.account}:user/stand-in`,
  }
  return xmlAnswer(
    'GetCallerIdentityResponse',
    { GetCallerIdentityResult: result, ResponseMetadata: { RequestId: 'stand-in' } },
    'https://sts.amazonaws.com/doc/2011-06-15/',
  )
}
