import t from 'tap'

import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'

const asked: unknown[] = []
const app = await openImageApp({
  aws: {
    async invoke({ functionName }, event) {
      asked.push({ functionName, event })
      const source = JSON.stringify(event).includes('fail')
      const logs = `START\nsaid something\nREPORT RequestId: 1\n`
      if (source) {
        const error = {
          errorType: 'RangeError',
          errorMessage: 'no',
          trace: ['RangeError: no', '    at x'],
        }
        return { payload: Buffer.from(JSON.stringify(error)), functionError: 'Unhandled', logs }
      }
      const answer = { statusCode: 201, body: '/w==', isBase64Encoded: true }
      return { payload: Buffer.from(JSON.stringify(answer)), logs }
    },
  },
})
t.teardown(() => app.close())
const deployed = await app.deploy()
t.equal(deployed.exitCode, 0, deployed.output)
const invoke = (...args: readonly string[]) => runArcImages(app, ['invoke', ...args, '--remote'])

t.test('the deployed function answers, and the end of its log is told', async (t) => {
  const run = await invoke('get /greet/:name', '--path', '/greet/Ada')
  t.match(run, { exitCode: 0, stderr: 'START\nsaid something\nREPORT RequestId: 1' })
  t.match(run.stdout, /^HTTP 201 Created\n\n/)
  t.match(asked.at(-1), {
    functionName: /GetGreetName/,
    event: { routeKey: 'GET /greet/{name}', pathParameters: { name: 'Ada' } },
  })
  t.ok(run.calls.includes('lambda:Invoke'))
})

t.test('an error ends with 1', async (t) => {
  const run = await invoke('scheduled nightly', '--event', '{"fail":true}')
  t.match(run, { exitCode: 1, stdout: '', stderr: /REPORT[^]*RangeError: no\n {4}at x/ })
})

t.test('a zip function is called as well, and JSON is for programs', async (t) => {
  const run = await invoke('get /', '--json')
  t.match(JSON.parse(run.stdout), {
    command: 'invoke',
    function: 'get /',
    stack: 'GreeterStaging',
    payload: { statusCode: 201 },
    logs: /said something/,
  })
})

t.test('what cannot be', async (t) => {
  const nowhere = await invoke('get /', '--name', 'PR7')
  t.match(nowhere, {
    exitCode: 1,
    stderr: /^FUNCTION_NOT_DEPLOYED: There is no stack GreeterStagingPR7/,
  })
  const local = await invoke('get /', '--inspect')
  t.match(local, { exitCode: 2, stderr: /takes --inspect for a function that runs here/ })
})
