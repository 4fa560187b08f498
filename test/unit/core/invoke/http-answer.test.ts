import t from 'tap'

import { httpAnswer, streamedPrelude } from '../../../../plugin/core/invoke/http-answer.ts'

const answerOf = (answer: unknown) => {
  const made = httpAnswer(Buffer.from(JSON.stringify(answer)))
  return made && { ...made, body: Buffer.from(made.body).toString('latin1') }
}

t.test('status, headers, cookies and body', (t) => {
  t.strictSame(
    answerOf({ statusCode: 302, headers: { Location: '/', N: 1 }, cookies: ['a=1', 'b=2'] }),
    {
      status: 302,
      headers: [
        ['location', '/'],
        ['n', '1'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
      body: '',
    },
  )
  t.match(answerOf({ statusCode: '200', body: '/w==', isBase64Encoded: true }), { body: 'ÿ' })
  t.end()
})

t.test('what has no status is a body', (t) => {
  const json = [['content-type', 'application/json']]
  t.strictSame(answerOf({ a: 1 }), { status: 200, headers: json, body: '{"a":1}' })
  t.strictSame(answerOf('text'), { status: 200, headers: json, body: 'text' })
  t.strictSame(answerOf(null), { status: 200, headers: json, body: 'null' })
  t.end()
})

t.test('what API Gateway does not take', (t) => {
  t.equal(answerOf({ statusCode: 200, body: { a: 1 } }), undefined)
  t.equal(answerOf({ statusCode: 'ok' }), undefined)
  t.equal(httpAnswer(Buffer.from('no JSON')), undefined)
  t.end()
})

t.test('the beginning of a streamed answer, in any pieces', (t) => {
  const text = '{"statusCode":201,"headers":{"A":"b"}}\0\0\0\0\0\0\0\0body'
  t.equal(streamedPrelude(Buffer.from(text.slice(0, 42))), undefined)
  const { rest, ...prelude } = streamedPrelude(Buffer.from(text)) ?? {}
  t.strictSame(prelude, { status: 201, headers: [['a', 'b']] })
  t.equal(Buffer.from(rest ?? '').toString(), 'body')
  t.end()
})
