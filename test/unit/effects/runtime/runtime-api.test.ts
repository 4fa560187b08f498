import { request } from 'node:http'
import t, { type Test } from 'tap'

import { serveRuntimeApi } from '../../../../plugin/effects/runtime/runtime-api.ts'
import type { AnswerEvent } from '../../../../plugin/effects/runtime/supervision.ts'

const order = { id: 'id-1', event: '{"a":1}', deadline: 1234, arn: 'arn:x' }

async function open(t: Test) {
  const told: (AnswerEvent | { kind: 'next' } | { kind: 'init-error'; report: string })[] = []
  const api = await serveRuntimeApi({
    onNext: () => told.push({ kind: 'next' }),
    onInitError: (report) => told.push({ kind: 'init-error', report }),
    onAnswer: (event) => told.push(event),
  })
  const port = await api.listen(0)
  t.teardown(() => api.close())
  return { api, told, runtime: `http://127.0.0.1:${port}/2018-06-01/runtime` }
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

t.test('an event waits for the client, or the client for the event', async (t) => {
  const { api, told, runtime } = await open(t)
  api.invoke(order)
  const early = await fetch(`${runtime}/invocation/next`)
  t.equal(await early.text(), '{"a":1}')
  t.equal(early.headers.get('lambda-runtime-aws-request-id'), 'id-1')
  t.equal(early.headers.get('lambda-runtime-deadline-ms'), '1234')
  t.equal(early.headers.get('lambda-runtime-invoked-function-arn'), 'arn:x')
  const late = fetch(`${runtime}/invocation/next`)
  await new Promise((resolve) => setTimeout(resolve, 20))
  api.invoke({ ...order, id: 'id-2' })
  t.equal((await late).headers.get('lambda-runtime-aws-request-id'), 'id-2')
  t.strictSame(told, [{ kind: 'next' }, { kind: 'next' }])
})

t.test('an answer and errors', async (t) => {
  const { told, runtime } = await open(t)
  const post = (path: string, body: string) => fetch(`${runtime}${path}`, { method: 'POST', body })
  t.equal((await post('/invocation/id-1/response', '{"b":"ä"}')).status, 202)
  t.equal((await post('/invocation/id-1/error', '{"errorType":"E"}')).status, 202)
  t.equal((await post('/init/error', '{"errorType":"I"}')).status, 202)
  t.strictSame(told, [
    { kind: 'answer', streamed: false, contentType: 'text/plain;charset=UTF-8' },
    { kind: 'chunk', base64: base64('{"b":"ä"}') },
    { kind: 'answer-end' },
    { kind: 'invoke-error', report: '{"errorType":"E"}' },
    { kind: 'init-error', report: '{"errorType":"I"}' },
  ])
})

t.test('more than 6 MB at once are refused', async (t) => {
  const { told, runtime } = await open(t)
  const send = (size: number) =>
    fetch(`${runtime}/invocation/id-1/response`, { method: 'POST', body: Buffer.alloc(size, 'x') })
  t.equal((await send(6 * 1024 * 1024 + 101)).status, 413)
  t.match(told.at(-1), { kind: 'invoke-error', report: /Function\.ResponseSizeTooLarge/ })
  t.equal((await send(6 * 1024 * 1024 + 100)).status, 202)
  t.match(told.at(-1), { kind: 'answer-end' })
})

t.test('a streamed answer comes as it is sent, and may end in an error', async (t) => {
  const { told, runtime } = await open(t)
  const send = async (trailers: Readonly<Record<string, string>>) => {
    const sent = request(`${runtime}/invocation/id-1/response`, {
      method: 'POST',
      headers: {
        'lambda-runtime-function-response-mode': 'streaming',
        'content-type': 'text/plain',
        'transfer-encoding': 'chunked',
        trailer: 'Lambda-Runtime-Function-Error-Body',
      },
    })
    const answered = new Promise((resolve) => sent.once('response', resolve))
    sent.write('one ')
    while (told.at(-1)?.kind !== 'chunk') await new Promise((resolve) => setTimeout(resolve, 5))
    t.match(told.at(-1), { base64: base64('one ') })
    sent.write(Buffer.from([255]))
    sent.addTrailers(trailers)
    sent.end()
    await answered
  }
  await send({})
  t.match(told[0], { kind: 'answer', streamed: true, contentType: 'text/plain' })
  t.match(told.at(-1), { kind: 'answer-end' })
  await send({ 'Lambda-Runtime-Function-Error-Body': base64('{"errorType":"Late"}') })
  t.match(told.at(-1), { kind: 'invoke-error', report: '{"errorType":"Late"}' })
})

t.test('extensions register and wait', async (t) => {
  const { runtime } = await open(t)
  const extension = runtime.replace('2018-06-01/runtime', '2020-01-01/extension')
  const registered = await fetch(`${extension}/register`, { method: 'POST', body: '{}' })
  t.ok(registered.headers.get('lambda-extension-identifier'))
})
