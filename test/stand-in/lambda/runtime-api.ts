import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

import { listenOnLoopback } from './listen-on-loopback.ts'

/** How a function reports what went wrong, as the Runtime API is told. */
export interface FunctionError {
  readonly phase: 'init' | 'invoke'
  readonly errorType: string
  readonly errorMessage: string
  readonly trace: readonly string[]
}

/** One answer of the function; `payload` of a streamed one holds all its chunks. */
export interface Invocation {
  readonly payload: Buffer
  readonly error?: FunctionError
  readonly streamed: boolean
  readonly contentType?: string
}

export interface RuntimeApi {
  /** `127.0.0.1:PORT`, the value of AWS_LAMBDA_RUNTIME_API. */
  readonly host: string
  /** Hands an event to the next client that asks; an init error answers every event. */
  invoke(event: unknown): Promise<Invocation>
  /** Ends open invocations with this error; for a client that is gone. */
  fail(message: string): void
  close(): Promise<void>
}

interface Pending {
  readonly id: string
  readonly event: string
  readonly answer: (invocation: Invocation) => void
}

/** Lambda's Runtime API, version 2018-06-01, for one function on a free loopback port. */
export async function startRuntimeApi(options: { timeoutMs?: number } = {}): Promise<RuntimeApi> {
  const waiting: Pending[] = []
  const pollers: ServerResponse[] = []
  const running = new Map<string, Pending>()
  let broken: FunctionError | undefined

  function hand(): void {
    for (;;) {
      const poller = pollers[0]
      const pending = waiting[0]
      if (poller === undefined || pending === undefined) return
      pollers.shift()
      waiting.shift()
      running.set(pending.id, pending)
      poller.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': pending.id,
        'lambda-runtime-deadline-ms': String(Date.now() + (options.timeoutMs ?? 30_000)),
        'lambda-runtime-invoked-function-arn':
          'arn:aws:lambda:us-east-1:123456789012:function:stand-in',
        'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
      })
      poller.end(pending.event)
    }
  }

  function breakDown(error: FunctionError): void {
    broken = error
    const open = [...running.values(), ...waiting.splice(0)]
    running.clear()
    for (const pending of open) {
      pending.answer({ payload: Buffer.alloc(0), streamed: false, error })
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://runtime').pathname
    if (request.method === 'GET' && path === '/2018-06-01/runtime/invocation/next') {
      pollers.push(response)
      hand()
      return
    }
    const body = await readAll(request)
    const [, id = '', kind] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(\w+)$/.exec(path) ?? []
    if (request.method !== 'POST') return refuse(response, 404, 'NotFound')
    if (path === '/2018-06-01/runtime/init/error') {
      breakDown(functionError('init', body.toString()))
      return accept(response)
    }
    const pending = running.get(id)
    if (pending === undefined) return refuse(response, 400, 'InvalidRequestID')
    running.delete(id)
    accept(response)
    if (kind === 'error') {
      const error = functionError('invoke', body.toString())
      pending.answer({ payload: body, streamed: false, error })
    } else {
      pending.answer(answered(request, body))
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(new Error(String(error))))
  })
  const { host, close } = await listenOnLoopback(server)

  return {
    host,
    invoke: (event) =>
      new Promise((resolve) => {
        if (broken !== undefined) {
          return resolve({ payload: Buffer.alloc(0), streamed: false, error: broken })
        }
        waiting.push({ id: randomUUID(), event: JSON.stringify(event), answer: resolve })
        hand()
      }),
    fail: (message) =>
      breakDown({
        phase: 'init',
        errorType: 'Runtime.ExitError',
        errorMessage: message,
        trace: [],
      }),
    close,
  }
}

/** A streamed answer ends well or with an error in the request's trailers. */
function answered(request: IncomingMessage, payload: Buffer): Invocation {
  const streamed = request.headers['lambda-runtime-function-response-mode'] === 'streaming'
  const contentType = request.headers['content-type']
  const trailer = request.trailers['lambda-runtime-function-error-body']
  return {
    payload,
    streamed,
    ...(contentType === undefined ? {} : { contentType }),
    ...(trailer === undefined
      ? {}
      : { error: functionError('invoke', Buffer.from(trailer, 'base64').toString()) }),
  }
}

function functionError(phase: FunctionError['phase'], body: string): FunctionError {
  const told: { errorType?: unknown; errorMessage?: unknown; trace?: unknown } = JSON.parse(body)
  return {
    phase,
    errorType: String(told.errorType),
    errorMessage: String(told.errorMessage),
    trace: Array.isArray(told.trace) ? told.trace.map(String) : [],
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function accept(response: ServerResponse): void {
  response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}')
}

function refuse(response: ServerResponse, status: number, errorType: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ errorType, errorMessage: errorType }))
}
