import type { ClientRequest } from 'node:http'

// Not imported: see `registry/exchange.ts`.
const { Agent, request } = process.getBuiltinModule('node:http')

/** What the Runtime API is told of an error. */
export interface ErrorReport {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace: readonly string[]
}

/** An event as the client gets it. */
export interface GivenEvent {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly deadline: number
  readonly arn: string
  /** JSON. */
  readonly body: string
}

export type RuntimeCalls = ReturnType<typeof createRuntimeCalls>

/** An error of one of Lambda's own types. */
export function runtimeError(kind: string, message: string, stack?: string): Error {
  const error = new Error(message)
  error.name = `Runtime.${kind}`
  if (stack !== undefined) error.stack = stack
  return error
}

export function reportOf(thrown: unknown): ErrorReport {
  // An error of another realm is none of ours, and has the same members.
  if (!(thrown instanceof Error) && Object.prototype.toString.call(thrown) !== '[object Error]')
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] }
  const { name, message, stack } = Object(thrown)
  return {
    errorType: String(name),
    errorMessage: String(message),
    trace: String(stack ?? '').split('\n'),
  }
}

/** The calls of Lambda's Runtime API. */
export function createRuntimeCalls(host: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const at = (path: string): string => `http://${host}/2018-06-01/runtime${path}`

  async function call(path: string, body?: string, headers: Record<string, string> = {}) {
    return await new Promise<{
      headers: NodeJS.Dict<string | string[]>
      status: number
      body: string
    }>((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST'
      const sent = request(at(path), { method, agent, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const { headers: own, statusCode: status = 0 } = response
          resolve({ headers: own, status, body: Buffer.concat(chunks).toString() })
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }
  const json = { 'content-type': 'application/json' }

  return {
    async next(): Promise<GivenEvent> {
      const { headers, body } = await call('/invocation/next')
      const named = (name: string): string => String(headers[`lambda-runtime-${name}`])
      const deadline = Number(named('deadline-ms'))
      return { id: named('aws-request-id'), deadline, arn: named('invoked-function-arn'), body }
    },
    async respond(id: string, payload: string): Promise<void> {
      await call(`/invocation/${id}/response`, payload, json)
    },
    async fail(id: string, report: ErrorReport): Promise<void> {
      await call(`/invocation/${id}/error`, JSON.stringify(report), json)
    },
    async initError(report: ErrorReport): Promise<void> {
      const headers = { ...json, 'lambda-runtime-function-error-type': report.errorType }
      await call('/init/error', JSON.stringify(report), headers)
    },
    /** A response that is sent while it is made; an error that comes late is in its trailers. */
    openResponse(id: string, onEnd: () => void): ClientRequest {
      const sent = request(at(`/invocation/${id}/response`), {
        method: 'POST',
        headers: {
          'lambda-runtime-function-response-mode': 'streaming',
          trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
          'content-type': 'application/octet-stream',
          'transfer-encoding': 'chunked',
        },
      })
      sent.on('response', (response) => response.on('end', onEnd).resume())
      return sent
    },
  }
}
