import { type Answer, jsonAnswer, restJsonAnswer, xmlAnswer } from './answer.ts'
import { type Call, header } from './call.ts'
import { answerCloudFormation, namespace } from './cloudformation/actions.ts'
import { answerCloudFront } from './cloudfront.ts'
import type { Context } from './context.ts'
import { ecrActions } from './ecr/actions.ts'
import { AwsFault } from './fault.ts'
import type { ActionTable } from './json-actions.ts'
import { answerIam, iamNamespace } from './iam/answer-iam.ts'
import { answerLambda, lambdaAction } from './lambda.ts'
import { updateParameters } from './lambda-functions/update-function-code.ts'
import { logsActions } from './logs/actions.ts'
import { queryError, queryParameters } from './query-protocol.ts'
import { answerS3, parseAddress, s3Action } from './s3.ts'
import { ssmActions } from './ssm.ts'
import { answerSts } from './sts.ts'

/** One AWS service: how its calls are named, answered and refused. */
export interface Service {
  action(call: Call): string
  /** For the journal: what was asked, without bodies and secrets. */
  parameters(call: Call): Readonly<Record<string, unknown>>
  answer(call: Call, context: Context): Answer | Promise<Answer>
  refuse(fault: AwsFault): Answer
  /** What the service calls a fault that every service has. */
  readonly codes: Partial<Record<CommonFault, readonly [code: string, status: number]>>
}

export type CommonFault =
  | 'MissingAuthenticationToken'
  | 'UnknownAccessKey'
  | 'SignatureMismatch'
  /** Signed at a time that is too far from AWS's own. */
  | 'SignatureTime'
  | 'ExpiredToken'
  | 'AccessDenied'
  | 'UnknownAction'
  | 'Throttling'
  | 'InternalFailure'
  | 'ServiceUnavailable'

function parseObject(body: Buffer): Record<string, unknown> {
  const value: unknown = body.length === 0 ? {} : JSON.parse(body.toString())
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new AwsFault('SerializationException', 'the body is not an object')
}

const secrets = new Set(['Value', 'TemplateBody'])

function withoutSecrets(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !secrets.has(name)))
}

/** AWS JSON 1.1: `X-Amz-Target: PREFIX.Action`, errors as `__type`. */
function jsonService(prefix: string, actions: ActionTable): Service {
  const action = (call: Call): string => {
    const target = header(call, 'x-amz-target')
    return target.startsWith(`${prefix}.`) ? target.slice(prefix.length + 1) : target
  }
  return {
    action,
    parameters: ({ body }) => withoutSecrets(parseObject(body)),
    async answer(call, context) {
      const type = header(call, 'content-type')
      if (type !== 'application/x-amz-json-1.1')
        throw new AwsFault('UnknownOperationException', `content type ${type}`)
      return jsonAnswer(await actions.call(action(call), parseObject(call.body), context))
    },
    refuse: (fault) => jsonAnswer({ __type: fault.code, message: fault.message }, fault.status),
    codes: {
      MissingAuthenticationToken: ['MissingAuthenticationTokenException', 400],
      UnknownAccessKey: ['UnrecognizedClientException', 400],
      SignatureMismatch: ['InvalidSignatureException', 400],
      SignatureTime: ['InvalidSignatureException', 400],
      ExpiredToken: ['ExpiredTokenException', 400],
      AccessDenied: ['AccessDeniedException', 400],
      Throttling: ['ThrottlingException', 400],
    },
  }
}

function queryService(errorNamespace: string, answer: Service['answer']): Service {
  return {
    action: (call) => queryParameters(call).get('Action') ?? '',
    parameters: (call) => withoutSecrets(Object.fromEntries(queryParameters(call))),
    answer,
    refuse: (fault) => queryError(fault, errorNamespace),
    codes: {},
  }
}

function refuseS3(fault: AwsFault): Answer {
  return xmlAnswer('Error', { Code: fault.code, Message: fault.message }, undefined, fault.status)
}

/** By the service name that the caller signed with. */
export const services: Readonly<Record<string, Service>> = {
  ssm: jsonService('AmazonSSM', ssmActions),
  logs: jsonService('Logs_20140328', logsActions),
  ecr: jsonService('AmazonEC2ContainerRegistry_V20150921', ecrActions),
  cloudformation: queryService(namespace, answerCloudFormation),
  iam: queryService(iamNamespace, answerIam),
  sts: queryService('https://sts.amazonaws.com/doc/2011-06-15/', answerSts),
  cloudfront: {
    ...queryService('http://cloudfront.amazonaws.com/doc/2020-05-31/', answerCloudFront),
    action: () => 'ListDistributions',
  },
  s3: {
    action: s3Action,
    parameters: (call) => ({ ...parseAddress(call.host, call.path) }),
    answer: answerS3,
    refuse: refuseS3,
    codes: {
      MissingAuthenticationToken: ['AccessDenied', 403],
      UnknownAccessKey: ['InvalidAccessKeyId', 403],
      SignatureTime: ['RequestTimeTooSkewed', 403],
      ExpiredToken: ['ExpiredToken', 400],
      Throttling: ['SlowDown', 503],
    },
  },
  lambda: {
    action: lambdaAction,
    parameters(call) {
      const [, name] = /\/functions\/([^/?]+)/.exec(call.path) ?? []
      if (name === undefined) return {}
      const FunctionName = decodeURIComponent(name)
      const body = lambdaAction(call) === 'UpdateFunctionCode' ? updateParameters(call.body) : {}
      return { ...body, FunctionName }
    },
    answer: answerLambda,
    refuse: (fault) =>
      restJsonAnswer({ Type: 'User', __type: fault.code, message: fault.message }, fault.status),
    codes: {
      UnknownAccessKey: ['UnrecognizedClientException', 403],
      SignatureMismatch: ['InvalidSignatureException', 403],
      SignatureTime: ['InvalidSignatureException', 403],
      ExpiredToken: ['ExpiredTokenException', 403],
      AccessDenied: ['AccessDeniedException', 403],
      Throttling: ['TooManyRequestsException', 429],
    },
  },
}
