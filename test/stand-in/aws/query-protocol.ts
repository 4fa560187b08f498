import { type Answer, xmlAnswer } from './answer.ts'
import type { Call } from './call.ts'
import type { AwsFault } from './fault.ts'
import type { XmlValue } from './xml.ts'

/** Parameters of AWS's query protocol, whether they came in the URL or in a form. */
export function queryParameters(call: Call): URLSearchParams {
  return call.body.length === 0 ? call.query : new URLSearchParams(call.body.toString())
}

/** `Name.member.1`, `Name.member.2`, ... */
export function listParameter(parameters: URLSearchParams, name: string): string[] {
  const found: string[] = []
  for (let index = 1; parameters.has(`${name}.member.${index}`); index++)
    found.push(parameters.get(`${name}.member.${index}`) ?? '')
  return found
}

export function queryAnswer(action: string, result: XmlValue, namespace: string): Answer {
  return xmlAnswer(
    `${action}Response`,
    { [`${action}Result`]: result, ResponseMetadata: { RequestId: 'stand-in' } },
    namespace,
  )
}

export function queryError(fault: AwsFault, namespace: string): Answer {
  const error = { Type: 'Sender', Code: fault.code, Message: fault.message }
  return xmlAnswer(
    'ErrorResponse',
    { Error: error, RequestId: 'stand-in' },
    namespace,
    fault.status,
  )
}
