import { isRecord, recordOf, textsOf } from '../basics/is-record.ts'

/** What API Gateway makes of an answer. */
export interface HttpAnswer {
  readonly status: number
  /** In lower case, in the order of the answer. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

/**
 * An answer of payload format 2.0. What has no `statusCode` is a JSON body of its own.
 * @returns undefined for what API Gateway answers with 500
 */
export function httpAnswer(payload: Uint8Array): HttpAnswer | undefined {
  const answer = parseJson(payload)
  if (answer === undefined) return undefined
  if (!isRecord(answer) || !('statusCode' in answer)) {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer)
    const headers = [['content-type', 'application/json']] as const
    return { status: 200, headers, body: Buffer.from(text) }
  }
  const { body, isBase64Encoded } = answer
  const status = Number(answer['statusCode'])
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined
  const text =
    typeof body === 'string' ? body : body === undefined || body === null ? '' : undefined
  if (text === undefined) return undefined
  const encoding = isBase64Encoded === true ? 'base64' : 'utf8'
  return { status, headers: headersOf(answer), body: Buffer.from(text, encoding) }
}

/** The type of a streamed answer that begins with status and headers, as API Gateway takes it. */
export const preludeType = 'application/vnd.awslambda.http-integration-response'
const mark = Buffer.alloc(8)

/**
 * Status and headers of a streamed answer.
 * @returns undefined as long as its beginning is not there; `rest` is of the body already
 */
export function streamedPrelude(
  beginning: Uint8Array,
): (Omit<HttpAnswer, 'body'> & { readonly rest: Uint8Array }) | undefined {
  const bytes = Buffer.from(beginning)
  const at = bytes.indexOf(mark)
  if (at === -1) return undefined
  const prelude = recordOf(parseJson(bytes.subarray(0, at)))
  const status = Number(prelude['statusCode'] ?? 200)
  return { status, headers: headersOf(prelude), rest: bytes.subarray(at + mark.length) }
}

function headersOf(answer: Readonly<Record<string, unknown>>): [string, string][] {
  const headers = Object.entries(recordOf(answer['headers'])).map(
    ([name, value]): [string, string] => [name.toLowerCase(), String(value)],
  )
  const cookies = textsOf(answer['cookies']).map((cookie): [string, string] => [
    'set-cookie',
    cookie,
  ])
  return [...headers, ...cookies]
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return undefined
  }
}
