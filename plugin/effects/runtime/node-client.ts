/**
 * The program that runs a function where no image can: it asks the Runtime API for events and hands
 * them to the handler, as Lambda's own client does. Its argument is the major version of the
 * function's Node, whose rules it follows.
 */
import { format } from 'node:util'

import { loadHandler } from './node-client-handler.ts'
import { createRuntimeCalls, reportOf, runtimeError } from './node-client-calls.ts'
import { answerBuffered, answerStreamed, offerStreaming } from './node-client-answer.ts'

const { AWS_LAMBDA_RUNTIME_API = '', LAMBDA_TASK_ROOT = '', _HANDLER = '' } = process.env
const takesCallbacks = Number(process.argv[2]) < 24
const calls = createRuntimeCalls(AWS_LAMBDA_RUNTIME_API)
let requestId = 'undefined'

/** Every line with its time and request, as in Lambda's log. */
function nameLines(): void {
  const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR' }
  for (const [name, level] of Object.entries(levels)) {
    const write = (...said: readonly unknown[]): void => {
      const head = [new Date().toISOString(), requestId, level].join('\t')
      process.stdout.write(`${head}\t${format(...said)}\n`)
    }
    Object.assign(console, { [name]: write })
  }
}

async function endWith(error: unknown, code: number): Promise<never> {
  await calls.initError(reportOf(error))
  process.exit(code)
}

nameLines()
offerStreaming()
process.on('uncaughtException', (error) => {
  console.error('Uncaught Exception', error)
  void endWith(error, 129)
})
process.on('unhandledRejection', (reason) => {
  const message = reason instanceof Error ? reason.stack : String(reason)
  void endWith(runtimeError('UnhandledPromiseRejection', String(reason), message), 128)
})

const { handler, streams } = await loadHandler(LAMBDA_TASK_ROOT, _HANDLER).catch(
  (error: unknown) => {
    console.error('Uncaught Exception', error)
    return endWith(error, 1)
  },
)
if (!takesCallbacks && !streams && handler.length >= 3) {
  const said = `${_HANDLER} takes a callback, which Lambda's client of Node 24 refuses. Return a promise.`
  await endWith(runtimeError('CallbackHandlerDeprecated', said), 1)
}
for (;;) {
  const given = await calls.next()
  requestId = given.id
  await (streams ? answerStreamed : answerBuffered)(given, handler, { calls, takesCallbacks })
}
