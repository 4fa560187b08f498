import { mkdir, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import t, { type Test } from 'tap'

import type { Invocation } from '../../stand-in/lambda/runtime-api.ts'
import { startFunctionProcess } from '../../stand-in/lambda/start-function.ts'

const bootstrap = resolve(import.meta.dirname, '../../stand-in/lambda/runtime-client/bootstrap')

type Files = Readonly<Record<string, string>>

async function invoke(
  t: Test,
  client: '3' | '4',
  files: Files,
  handler: string,
): Promise<Invocation> {
  const root = t.testdir({ 'package.json': '{}' })
  for (const [path, text] of Object.entries(files)) {
    await mkdir(resolve(root, path, '..'), { recursive: true })
    await writeFile(resolve(root, path), text)
  }
  const running = await startFunctionProcess({
    argv: [bootstrap],
    workingDirectory: root,
    taskRoot: root,
    handler,
    environment: { RUNTIME_CLIENT: client },
  })
  t.teardown(running.stop)
  return running.invoke({ number: 7 })
}

const both = ['3', '4'] as const

for (const client of both) {
  t.test(`client ${client}`, async (t) => {
    t.test('answers with what the handler returns', async (t) => {
      const files = { 'a/index.cjs': 'exports.handler = async (event) => ({ got: event.number })' }
      const answer = await invoke(t, client, files, 'a/index.handler')
      t.equal(answer.payload.toString(), '{"got":7}')
      t.equal(answer.error, undefined)
    })

    t.test('reports what the handler throws', async (t) => {
      const files = { 'index.js': 'exports.handler = async () => { throw new TypeError("no") }' }
      const { error } = await invoke(t, client, files, 'index.handler')
      t.match(error, { phase: 'invoke', errorType: 'TypeError', errorMessage: 'no' })
    })

    t.test('streams, with the type and the prelude of an HTTP answer', async (t) => {
      const files = {
        'index.js': `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
          stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 })
          stream.write('one ')
          stream.end('two')
        })`,
      }
      const answer = await invoke(t, client, files, 'index.handler')
      t.equal(answer.streamed, true)
      t.equal(answer.contentType, 'application/vnd.awslambda.http-integration-response')
      t.equal(answer.payload.toString(), `{"statusCode":201}${'\0'.repeat(8)}one two`)
    })

    t.test('reports what goes wrong in the middle of a stream', async (t) => {
      const files = {
        'index.js': `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
          stream.write('half')
          throw new Error('broke')
        })`,
      }
      const answer = await invoke(t, client, files, 'index.handler')
      t.equal(answer.payload.toString(), 'half')
      t.match(answer.error, { errorMessage: 'broke' })
    })

    const faults: [string, Files, string, string][] = [
      [
        'no export',
        { 'index.js': 'exports.other = 1' },
        'index.handler',
        'Runtime.HandlerNotFound',
      ],
      [
        'not a function',
        { 'index.js': 'exports.handler = 1' },
        'index.handler',
        'Runtime.HandlerNotFound',
      ],
      ['two dots', { 'index.js': '' }, '../index.handler', 'Runtime.MalformedHandlerName'],
      ['no dot', { 'index.js': '' }, 'index', 'Runtime.MalformedHandlerName'],
      ['no file', {}, 'index.handler', 'Runtime.ImportModuleError'],
      [
        'no package',
        { 'index.js': 'require("not-there")' },
        'index.handler',
        'Runtime.ImportModuleError',
      ],
      [
        'bad syntax',
        { 'index.js': 'exports.handler = (' },
        'index.handler',
        'Runtime.UserCodeSyntaxError',
      ],
      [
        'fault at load',
        { 'index.js': 'throw new RangeError("early")' },
        'index.handler',
        'RangeError',
      ],
    ]
    for (const [name, files, handler, errorType] of faults) {
      t.test(`init error: ${name}`, async (t) => {
        const { error } = await invoke(t, client, files, handler)
        t.match(error, { phase: 'init', errorType })
      })
    }
  })
}

t.test('a callback handler works in 3.x only', async (t) => {
  const files = { 'index.js': 'exports.handler = (event, context, callback) => callback(null, 1)' }
  t.equal((await invoke(t, '3', files, 'index.handler')).payload.toString(), '1')
  const { error } = await invoke(t, '4', files, 'index.handler')
  t.match(error, { phase: 'init', errorType: 'Runtime.CallbackHandlerDeprecated' })
})

t.test('CommonJS in index.js below "type": "module" has no exports in either', async (t) => {
  const files = {
    'package.json': '{"type":"module"}',
    'index.js':
      'var handler = async () => 1; if (typeof module !== "undefined") module.exports = { handler }',
  }
  for (const client of both) {
    const { error } = await invoke(t, client, files, 'index.handler')
    t.match(error, { errorType: 'Runtime.HandlerNotFound' })
  }
})

t.test('a folder named like the module stops 4.x only', async (t) => {
  const files = { 'index.cjs': 'exports.handler = async () => 1', 'index/x.txt': '' }
  const { error } = await invoke(t, '4', files, 'index.handler')
  t.match(error, { phase: 'init', errorType: 'Error' })
})
