import { decode, gatewayPath, pathParameters, samplePath } from './http-route.ts'

/** A request as it would come to API Gateway. */
export interface HttpRequest {
  /** Absent: the function's own, `GET` for `any`. */
  readonly method?: string | undefined
  /** Percent-encoded, with its query; absent: one that the route takes. */
  readonly path?: string | undefined
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array | undefined
}

/** What an event says beside the request. */
export interface Moment {
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly now: number
}

const host = 'localhost.execute-api.us-east-1.amazonaws.com'

/**
 * API Gateway's event of an HTTP API, payload format 2.0: the path decoded, the query as it came,
 * what occurs twice joined by commas, cookies apart, a body that is no text in base64.
 * @param name as inventory has it: `any /api/:x`
 * @throws ContainerImageError COMMAND_INVALID
 */
export function httpEvent(
  name: string,
  request: HttpRequest,
  { requestId, now }: Moment,
): Readonly<Record<string, unknown>> {
  const [own = 'get', route = '/'] = name.split(' ')
  const method = (request.method ?? (own.toLowerCase() === 'any' ? 'GET' : own)).toUpperCase()
  const [path = '', ...query] = (request.path ?? samplePath(route)).split('?')
  const rawQueryString = query.join('?')
  const parameters = pathParameters(route, path)
  const routeKey = `${own.toUpperCase()} ${gatewayPath(route)}`
  const { headers, cookies } = headersOf(request)
  const sourceIp = '127.0.0.1'
  return {
    version: '2.0',
    routeKey,
    rawPath: decode(path),
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(rawQueryString !== '' && { queryStringParameters: queryOf(rawQueryString) }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'localhost',
      domainName: host,
      domainPrefix: 'localhost',
      http: {
        method,
        path: decode(path),
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: gatewayTime(now),
      timeEpoch: now,
    },
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    ...bodyOf(request, headers['content-type']),
  }
}

function headersOf({ headers: given, body }: HttpRequest) {
  const written: Record<string, string> = {}
  const cookies: string[] = []
  for (const [mixed, value] of given) {
    const name = mixed.toLowerCase()
    if (name === 'cookie') cookies.push(...value.split(/;\s*/).filter((cookie) => cookie !== ''))
    else written[name] = written[name] === undefined ? value : `${written[name]},${value}`
  }
  const headers: Readonly<Record<string, string>> = {
    accept: '*/*',
    host,
    'user-agent': 'arc-images',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
    ...(body && {
      'content-length': String(body.length),
      'content-type': isJson(body) ? 'application/json' : 'text/plain',
    }),
    ...written,
  }
  return { headers, cookies }
}

function queryOf(query: string): Readonly<Record<string, string>> {
  const values = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(query)) {
    const before = values.get(name)
    values.set(name, before === undefined ? value : `${before},${value}`)
  }
  return Object.fromEntries(values)
}

function bodyOf({ body }: HttpRequest, contentType = '') {
  if (body === undefined) return { isBase64Encoded: false }
  const isText = /^(?:text\/|application\/(?:json|javascript|xml)\b)/i.test(contentType)
  const encoding = isText ? 'utf8' : 'base64'
  return { body: Buffer.from(body).toString(encoding), isBase64Encoded: !isText }
}

function isJson(body: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(body).toString())
    return true
  } catch {
    return false
  }
}

/** `12/Mar/2020:19:03:58 +0000` */
function gatewayTime(now: number): string {
  const date = new Date(now)
  const month = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' })
  const [, day = '', time = ''] = /-(\d\d)T([\d:]{8})/.exec(date.toISOString()) ?? []
  return `${day}/${month}/${date.getUTCFullYear()}:${time} +0000`
}
