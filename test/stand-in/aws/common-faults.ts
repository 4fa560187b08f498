import { AwsFault } from './fault.ts'
import type { CommonFault, Service } from './services.ts'

/** Texts as clients print them; codes of the query protocol, from AWS's "Common Errors". */
const common: Record<CommonFault, readonly [code: string, status: number, message: string]> = {
  MissingAuthenticationToken: ['MissingAuthenticationToken', 403, 'Missing Authentication Token'],
  UnknownAccessKey: [
    'InvalidClientTokenId',
    403,
    'The security token included in the request is invalid.',
  ],
  SignatureMismatch: [
    'SignatureDoesNotMatch',
    403,
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  ],
  SignatureTime: [
    'SignatureDoesNotMatch',
    403,
    'The difference between the request time and the current time is too large.',
  ],
  ExpiredToken: ['ExpiredToken', 403, 'The security token included in the request is expired'],
  AccessDenied: ['AccessDenied', 403, 'Access Denied'],
  /** A region that does not have an API yet. */
  UnknownAction: ['InvalidAction', 400, 'Could not find operation for version 2010-05-15'],
  Throttling: ['Throttling', 400, 'Rate exceeded'],
  InternalFailure: [
    'InternalFailure',
    500,
    'The request processing has failed because of an unknown error, exception or failure.',
  ],
  ServiceUnavailable: [
    'ServiceUnavailable',
    503,
    'The request has failed due to a temporary failure of the server.',
  ],
}

/** A fault that every service has, under the name that this one gives it. */
export function commonFault(service: Service, kind: CommonFault, message?: string): AwsFault {
  const [code, status, text] = common[kind]
  const [ownCode, ownStatus] = service.codes[kind] ?? [code, status]
  return new AwsFault(ownCode, message ?? text, ownStatus)
}
