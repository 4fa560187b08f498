/**
 * STAND-IN of aws-lambda-ric, for tests. Not AWS's client: it only behaves like it where bundled
 * code can tell. test/integration/runtime.test.ts holds it against the real one.
 * RUNTIME_CLIENT=3 loads require-first like 3.3.0, anything else import-first like 4.0.2.
 */
import { setAwslambda } from './awslambda.mjs'
import { runtimeError } from './errors.mjs'
import { loadHandler } from './load-handler.mjs'
import { createRuntimeApiClient } from './runtime-api-client.mjs'
import { serveBuffered, serveStreamed } from './serve.mjs'

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER } = process.env
if (!AWS_LAMBDA_RUNTIME_API || !LAMBDA_TASK_ROOT || !_HANDLER) {
  console.error('AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT and _HANDLER must be set')
  process.exit(1)
}

const importFirst = process.env.RUNTIME_CLIENT !== '3'
const client = createRuntimeApiClient(AWS_LAMBDA_RUNTIME_API)
setAwslambda()

process.on('uncaughtException', async (error) => {
  await client.initError(error)
  process.exit(129)
})

let loaded
try {
  loaded = await loadHandler(LAMBDA_TASK_ROOT, _HANDLER, importFirst)
  if (importFirst && loaded.handler.length >= 3 && !loaded.streaming) {
    throw runtimeError(
      'CallbackHandlerDeprecated',
      'Callback-based handlers are not supported from Node.js 24 on.',
    )
  }
} catch (error) {
  await client.initError(error)
  process.exit(1)
}

const serve = loaded.streaming ? serveStreamed : serveBuffered
for (;;) await serve(client, loaded.handler, importFirst)
