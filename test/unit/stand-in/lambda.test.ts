import { chmod } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import t, { type Test } from 'tap'

import { faults, writeFiles } from '../../fixtures/runtime-faults.ts'
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
  await writeFiles(root, files)
  const running = await startFunctionProcess({
    argv: [bootstrap],
    workingDirectory: root,
    taskRoot: root,
    handler,
    environment: { RUNTIME_CLIENT: client },
  })
  t.teardown(() => running.stop())
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

    for (const fault of faults) {
      t.test(fault.name, async (t) => {
        const { error, payload } = await invoke(t, client, fault.files, fault.handler)
        t.equal(error?.errorType, fault.errorType[client])
        t.equal(error?.phase, fault.errorType[client] === undefined ? undefined : 'init')
        t.equal(payload.toString(), error === undefined ? '1' : '')
      })
    }
  })
}

t.test('a wrapper starts the client, or the function ends', async (t) => {
  const root = t.testdir({
    'package.json': '{}',
    opt: {
      wrap: '#!/bin/sh\nexport WRAPPED=yes\nexec "$@"\n',
      plain: 'no program',
      'traced.cjs': 'globalThis.traced = true',
    },
    var: {
      task: {
        'index.cjs': 'exports.handler = async () => [process.env.WRAPPED, globalThis.traced]',
      },
    },
  })
  await chmod(join(root, 'opt/wrap'), 0o755)
  const start = async (environment: Readonly<Record<string, string>>) => {
    const running = await startFunctionProcess({
      argv: [bootstrap],
      workingDirectory: join(root, 'var/task'),
      taskRoot: join(root, 'var/task'),
      handler: 'index.handler',
      environment,
    })
    t.teardown(() => running.stop())
    return running.invoke({})
  }
  const NODE_OPTIONS = `--require ${join(root, 'opt/traced.cjs')}`
  const good = await start({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrap', NODE_OPTIONS })
  t.equal(good.payload.toString(), '["yes",true]')
  const messageOf = async (environment: Readonly<Record<string, string>>) =>
    (await start(environment)).error?.errorMessage
  const none = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/none' }
  t.match(await messageOf(none), /127.*\/opt\/none: does not exist/s)
  const plain = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/plain' }
  t.match(await messageOf(plain), /126.*\/opt\/plain: is not an executable/s)
  t.match(await messageOf({ NODE_OPTIONS: '--require /opt/none.cjs' }), /Cannot find module/)
})
