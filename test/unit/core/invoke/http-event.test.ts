import t from 'tap'

import { httpEvent, type HttpRequest } from '../../../../plugin/core/invoke/http-event.ts'

const moment = { requestId: 'r-1', now: Date.UTC(2020, 2, 12, 19, 3, 58) }
const event = (name: string, request: Partial<HttpRequest> = {}) =>
  httpEvent(name, { headers: [], ...request }, moment)

t.test("the whole event, as API Gateway's documentation has it", (t) => {
  t.strictSame(
    event('any /api/:x/*', {
      method: 'post',
      path: '/api/a%20b/c/d%2Fe?q=1&q=2&r=%C3%A4',
      headers: [
        ['Cookie', 'a=1; b=2'],
        ['X-Twice', '1'],
        ['x-twice', '2'],
        ['Content-Type', 'application/octet-stream'],
        ['User-Agent', 'me'],
      ],
      body: Buffer.from([0, 255]),
    }),
    {
      version: '2.0',
      routeKey: 'ANY /api/{x}/{proxy+}',
      rawPath: '/api/a b/c/d/e',
      rawQueryString: 'q=1&q=2&r=%C3%A4',
      cookies: ['a=1', 'b=2'],
      headers: {
        accept: '*/*',
        'content-length': '2',
        'content-type': 'application/octet-stream',
        host: 'localhost.execute-api.us-east-1.amazonaws.com',
        'user-agent': 'me',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
        'x-twice': '1,2',
      },
      queryStringParameters: { q: '1,2', r: 'ä' },
      requestContext: {
        accountId: '123456789012',
        apiId: 'localhost',
        domainName: 'localhost.execute-api.us-east-1.amazonaws.com',
        domainPrefix: 'localhost',
        http: {
          method: 'POST',
          path: '/api/a b/c/d/e',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'me',
        },
        requestId: 'r-1',
        routeKey: 'ANY /api/{x}/{proxy+}',
        stage: '$default',
        time: '12/Mar/2020:19:03:58 +0000',
        timeEpoch: 1584039838000,
      },
      pathParameters: { x: 'a b', proxy: 'c/d/e' },
      body: 'AP8=',
      isBase64Encoded: true,
    },
  )
  t.end()
})

t.test('what a request does not have is not there', (t) => {
  const plain = event('get /')
  t.match(plain, { routeKey: 'GET /', rawPath: '/', rawQueryString: '', isBase64Encoded: false })
  for (const name of ['cookies', 'queryStringParameters', 'pathParameters', 'body'])
    t.notOk(name in plain, name)
  t.end()
})

t.test('a path of the route is made where none is given', (t) => {
  t.match(event('get /a/:b/c'), { rawPath: '/a/b/c', pathParameters: { b: 'b' } })
  t.match(event('get /files/*'), { rawPath: '/files/proxy', pathParameters: { proxy: 'proxy' } })
  t.match(event('any /'), { requestContext: { http: { method: 'GET' } } })
  t.match(event('PUT /x'), { routeKey: 'PUT /x', requestContext: { http: { method: 'PUT' } } })
  t.end()
})

const bodies: Readonly<Record<string, readonly [type: string | undefined, isBase64: boolean]>> = {
  '{"a":1}': [undefined, false],
  'plain words': [undefined, false],
  'a=1&b=2': ['application/x-www-form-urlencoded', true],
  '<a/>': ['application/xml; charset=utf-8', false],
  '<b/>': ['text/html', false],
  zip: ['application/zip', true],
}

for (const [text, [type, isBase64]] of Object.entries(bodies)) {
  t.test(`a body of ${type ?? 'no type'}: ${text}`, (t) => {
    const headers = type === undefined ? [] : [['content-type', type] as const]
    const made = event('post /', { headers, body: Buffer.from(text) })
    const body = isBase64 ? Buffer.from(text).toString('base64') : text
    t.match(made, { body, isBase64Encoded: isBase64 })
    t.end()
  })
}

t.test('a type is guessed where none is given', (t) => {
  const typeOf = (text: string) => event('post /', { body: Buffer.from(text) })['headers']
  t.match(typeOf('[1]'), { 'content-type': 'application/json' })
  t.match(typeOf('x y'), { 'content-type': 'text/plain' })
  t.end()
})

for (const [route, path] of [
  ['get /api/:x', '/api'],
  ['get /api/:x', '/api/'],
  ['get /api/:x', '/api/a/b'],
  ['get /api/:x', '/other/a'],
  ['get /files/*', '/files'],
  ['get /', '/a'],
] as const) {
  t.test(`${path} does not come to '${route}'`, (t) => {
    t.throws(() => event(route, { path }), {
      code: 'COMMAND_INVALID',
      message: /^--path \S+ is not a path of the route '/,
    })
    t.end()
  })
}

t.test('a path that is no percent-encoding', (t) => {
  t.throws(() => event('get /:x', { path: '/%zz' }), { code: 'COMMAND_INVALID' })
  t.end()
})
