import type { ClientRequest } from 'node:http'

import { recordOf } from '../../core/basics/is-record.ts'
import { type GivenEvent, reportOf, type RuntimeCalls } from './node-client-calls.ts'
import { type Handler, streamingMark } from './node-client-handler.ts'

interface Client {
  readonly calls: RuntimeCalls
  readonly takesCallbacks: boolean
}

/** One event, answered by what the handler returns, or hands to its callback where that may be. */
export async function answerBuffered(
  given: GivenEvent,
  handler: Handler,
  { calls, takesCallbacks }: Client,
): Promise<void> {
  try {
    const value = await (takesCallbacks ? callBack(given, handler) : call(given, handler))
    await calls.respond(given.id, JSON.stringify(value) ?? 'null')
  } catch (error) {
    console.error('Invoke Error', error)
    await calls.fail(given.id, reportOf(error))
  }
}

async function call(given: GivenEvent, handler: Handler): Promise<unknown> {
  return await handler(JSON.parse(given.body), contextOf(given))
}

async function callBack(given: GivenEvent, handler: Handler): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const done = (error: unknown, value?: unknown): void =>
      error === null || error === undefined ? resolve(value) : reject(error)
    const old = { done, fail: (error: unknown) => done(error ?? 'handled'), succeed: resolve }
    const returned = handler(JSON.parse(given.body), { ...contextOf(given), ...old }, done)
    if (typeof recordOf(returned)['then'] === 'function' || returned instanceof Promise)
      Promise.resolve(returned).then(resolve, reject)
    // Nothing is left that could call back.
    else process.once('beforeExit', () => resolve(null))
  })
}

/** One event, answered through the stream that the handler writes to. */
export async function answerStreamed(
  given: GivenEvent,
  handler: Handler,
  { calls }: Client,
): Promise<void> {
  const ended = Promise.withResolvers<void>()
  const sent = calls.openResponse(given.id, ended.resolve)
  sent.on('error', ended.reject)
  try {
    await handler(JSON.parse(given.body), streamOf(sent), contextOf(given))
    await ended.promise
  } catch (error) {
    console.error('Invoke Error', error)
    const report = reportOf(error)
    sent.addTrailers({
      'Lambda-Runtime-Function-Error-Type': report.errorType,
      'Lambda-Runtime-Function-Error-Body': Buffer.from(JSON.stringify(report)).toString('base64'),
    })
    sent.end()
    await ended.promise
  }
}

/** Prelude of an answer, by the stream on which it is to be the first. */
const preludes = new WeakMap<object, unknown>()

function streamOf(sent: ClientRequest): ClientRequest {
  const write = sent.write.bind(sent)
  const first = (): void => {
    if (!preludes.has(sent)) return
    const prelude = JSON.stringify(preludes.get(sent))
    preludes.delete(sent)
    write(prelude)
    write(new Uint8Array(8))
  }
  return Object.assign(sent, {
    setContentType: (type: string) => sent.setHeader('content-type', type),
    write(chunk: unknown, ...more: readonly unknown[]): boolean {
      first()
      const isRaw = typeof chunk === 'string' || chunk instanceof Uint8Array
      return Boolean(Reflect.apply(write, sent, [isRaw ? chunk : JSON.stringify(chunk), ...more]))
    },
  })
}

/** The global that a function finds while it is loaded. */
export function offerStreaming(): void {
  const awslambda = {
    streamifyResponse: (handler: object) => Object.assign(handler, { [streamingMark]: 'response' }),
    HttpResponseStream: {
      from(stream: ReturnType<typeof streamOf>, prelude: unknown) {
        stream.setHeader('content-type', 'application/vnd.awslambda.http-integration-response')
        preludes.set(stream, prelude)
        return stream
      },
    },
  }
  Object.assign(globalThis, { awslambda })
}

function contextOf({ id, deadline, arn }: GivenEvent): Readonly<Record<string, unknown>> {
  const { env } = process
  return {
    callbackWaitsForEmptyEventLoop: true,
    awsRequestId: id,
    invokedFunctionArn: arn,
    functionName: env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'],
    memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  }
}
