import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

import type { AnswerEvent, InvokeOrder } from './supervision.ts'

const prefix = '/2018-06-01/runtime'
/** A report of more than this is cut: nobody reads it. */
const longestReport = 256 * 1024
/** What Lambda takes of an answer that is not streamed, in bytes. */
const largestAnswer = 6 * 1024 * 1024 + 100

/** What a function's client says while it starts and answers. */
export interface RuntimeListener {
  readonly onNext: () => void
  readonly onInitError: (report: string) => void
  /** Absent: no event is ever handed out. */
  readonly onAnswer?: (event: AnswerEvent) => void
}

/**
 * Lambda's Runtime API for one function. `next` stays open until an event is handed out; extensions
 * may register and wait like the client.
 */
export async function serveRuntimeApi(on: RuntimeListener): Promise<{
  /** @returns the port, which the system chooses for 0 */
  readonly listen: (port: number) => Promise<number>
  /** Hands an event to the client, now or when it asks for one. */
  readonly invoke: (order: InvokeOrder) => void
  readonly close: () => void
}> {
  const waiting: ServerResponse[] = []
  const orders: InvokeOrder[] = []

  function hand(): void {
    const order = orders[0]
    const client = order && waiting.shift()
    if (order === undefined || client === undefined) return
    orders.shift()
    client.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': order.id,
      'lambda-runtime-deadline-ms': String(order.deadline),
      'lambda-runtime-invoked-function-arn': order.arn,
      'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
    })
    client.end(order.event)
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0] ?? ''
    if (request.method === 'GET' && path === `${prefix}/invocation/next`) {
      waiting.push(response)
      on.onNext()
      return hand()
    }
    if (path.endsWith('/extension/event/next')) return
    if (/\/invocation\/[^/]+\/response$/.test(path)) {
      const size = await passAnswer(request, on.onAnswer)
      return size > largestAnswer ? refuse(response) : accept(response)
    }
    const body = await readReport(request)
    if (path === `${prefix}/init/error`) on.onInitError(body)
    else if (path.endsWith('/error')) on.onAnswer?.({ kind: 'invoke-error', report: body })
    return path.endsWith('/extension/register') ? accept(response, identifier) : accept(response)
  }

  const server = createServer((request, response) => {
    // A client that dies while it answers is told by its end.
    serve(request, response).catch(() => response.destroy())
  })
  server.requestTimeout = 0
  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', () => {
          const address = server.address()
          resolve(address !== null && typeof address === 'object' ? address.port : port)
        })
      }),
    invoke(order) {
      orders.push(order)
      hand()
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const identifier = { 'lambda-extension-identifier': '00000000-0000-0000-0000-000000000000' }

function accept(response: ServerResponse, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(202, { 'content-type': 'application/json', ...headers })
  response.end('{"status":"OK"}')
}

function refuse(response: ServerResponse): void {
  const errorMessage = `Exceeded maximum allowed payload size (${largestAnswer} bytes).`
  response.writeHead(413, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ errorMessage, errorType: 'RequestEntityTooLarge' }))
}

/**
 * An answer as it comes; a streamed one may end in an error, which is in the request's trailers.
 * @returns how many bytes Lambda would have to take at once
 */
async function passAnswer(
  request: IncomingMessage,
  pass: RuntimeListener['onAnswer'] = () => {},
): Promise<number> {
  const streamed = request.headers['lambda-runtime-function-response-mode'] === 'streaming'
  const contentType = request.headers['content-type'] ?? 'application/json'
  pass({ kind: 'answer', streamed, contentType })
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (streamed) pass({ kind: 'chunk', base64: bytes.toString('base64') })
    else if (size <= largestAnswer) chunks.push(bytes)
  }
  if (!streamed && size > largestAnswer) {
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${largestAnswer} bytes).`
    const report = { errorType: 'Function.ResponseSizeTooLarge', errorMessage }
    pass({ kind: 'invoke-error', report: JSON.stringify(report) })
    return size
  }
  if (chunks.length > 0) pass({ kind: 'chunk', base64: Buffer.concat(chunks).toString('base64') })
  const error = request.trailers['lambda-runtime-function-error-body']
  pass(
    error === undefined
      ? { kind: 'answer-end' }
      : { kind: 'invoke-error', report: Buffer.from(error, 'base64').toString() },
  )
  return 0
}

async function readReport(request: IncomingMessage): Promise<string> {
  let body = ''
  request.setEncoding('utf8')
  for await (const text of request) if (body.length < longestReport) body += String(text)
  return body
}
