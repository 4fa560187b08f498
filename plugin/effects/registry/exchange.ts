import { once } from 'node:events'
import type { ClientRequest, IncomingMessage } from 'node:http'

import { unreachable } from './failure.ts'
import { isLoopback } from './is-loopback.ts'
import { proxyEnvironment } from './proxy-environment.ts'
import { limitTransfer, type TransferLimits } from './transfer-limits.ts'

/** A body that can be read again for every attempt. */
export interface Body {
  readonly length: number
  open(): AsyncIterable<Uint8Array>
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Body
  /** Milliseconds without any byte after which the other side counts as gone. */
  readonly idleTimeout: number
  readonly limits: TransferLimits
}

// An import of these would have Node load undici, which takes several times as long as they do:
// `node:http` exports `WebSocket`, and an import reads every export.
const { Agent: HttpAgent, request: requestHttp } = process.getBuiltinModule('node:http')
const { Agent: HttpsAgent, request: requestHttps } = process.getBuiltinModule('node:https')

const connections = { keepAlive: true, maxSockets: 16 } as const
const proxyEnv = proxyEnvironment(process.env)
// Shared by all repositories, so that one handshake serves a whole deploy.
const agents = {
  loopback: new HttpAgent(connections),
  http: new HttpAgent({ ...connections, proxyEnv }),
  https: new HttpsAgent({ ...connections, proxyEnv }),
}

/**
 * One request and its answer, whatever its status; the body is still to be read.
 * @throws ContainerImageError REGISTRY_UNREACHABLE, or what the body's source throws
 */
export async function exchange(asked: HttpRequest): Promise<IncomingMessage> {
  const { method, url, headers, body, idleTimeout, limits } = asked
  const secure = url.protocol === 'https:'
  const agent = secure ? agents.https : isLoopback(url) ? agents.loopback : agents.http
  // Without a Content-Length Node would send chunks, which ECR does not take for a whole blob.
  const length = body?.length ?? (method === 'GET' || method === 'HEAD' ? undefined : 0)
  const request = (secure ? requestHttps : requestHttp)(url, {
    method,
    agent,
    headers: { ...headers, ...(length !== undefined && { 'Content-Length': length }) },
  })
  request.setTimeout(idleTimeout, () => {
    request.destroy(new Error(`nothing came for more than ${idleTimeout / 1000} seconds`))
  })
  limitTransfer(request, length ?? 0, limits)
  let source: { readonly error: unknown } | undefined
  const answered = new AbortController()
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', reject)
  }).finally(() => answered.abort())
  // Once it has all, a registry reads and stores before it answers.
  if (body !== undefined) request.once('finish', () => request.setTimeout(3 * idleTimeout))
  if (body === undefined) request.end()
  else {
    write(request, body, answered.signal).catch((error: unknown) => {
      source = { error }
      request.destroy(new Error('the source of the body failed'))
    })
  }
  try {
    const response = await answer
    // A server that answers early will not read the rest: the connection is of no more use.
    if (!request.writableFinished) response.once('end', () => request.destroy())
    return response
  } catch (error) {
    if (source !== undefined) throw source.error
    throw unreachable(method, url, error)
  }
}

async function write(request: ClientRequest, body: Body, answered: AbortSignal): Promise<void> {
  for await (const chunk of body.open()) {
    if (answered.aborted || request.destroyed) return
    if (!request.write(chunk)) {
      await once(request, 'drain', { signal: answered }).catch(() => {})
    }
  }
  request.end()
}
