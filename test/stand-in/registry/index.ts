import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { parseDigest } from '../../../plugin/oci/digest.ts'
import { type Answer, Refusal } from './answer.ts'
import { Reset, openFaults, spoil } from './faults.ts'
import type { Fault, JournalEntry, RegistryOptions, RegistryStandIn } from './options.ts'
import { openRoutes } from './routes.ts'
import { openStore } from './store.ts'

export type { Fault, RegistryOptions, RegistryStandIn } from './options.ts'

/** A strict registry over HTTP on a free loopback port, with ECR's habits; nothing is held in memory whole. */
export async function startRegistry(options: RegistryOptions = {}): Promise<RegistryStandIn> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'registry-')))
  const store = openStore(directory)
  const faults = openFaults()
  const journal: JournalEntry[] = []
  const closing = new AbortController()
  const serve = async (request: IncomingMessage, response: ServerResponse, origin: string) => {
    const { socket, method = 'GET' } = request
    const path = request.url ?? '/'
    const fault = faults.take(method, path)
    const entry = { method, path, status: 0, received: 0 }
    const read = method === 'GET' || method === 'HEAD'
    const whole = request.iterator({ destroyOnReturn: false })
    const body = spoil(whole, read ? undefined : fault, (bytes) => {
      entry.received += bytes
    })
    journal.push(entry)
    try {
      if (fault?.kind === 'interim') return await continueForEver(response, closing.signal)
      const answer = await answerTo(request, body, fault, origin, closing.signal)
      if (!request.readableEnded && answer.early !== true) for await (const _ of body);
      entry.status = answer.status
      await send(response, answer, method, method === 'GET' ? fault : undefined)
    } catch (error) {
      entry.status = 0
      const clientLeft = socket.destroyed || request.destroyed
      socket.resetAndDestroy()
      if (!(error instanceof Reset) && !clientLeft) throw error
    }
  }
  const storage = options.redirectBlobs === true ? await listen(createServer()) : undefined
  const main = await listen(createServer(), options.port)
  const routes = openRoutes({ store, options, origin: main.origin, storage: storage?.origin })

  const answerTo = async (
    request: IncomingMessage,
    body: AsyncIterable<Uint8Array>,
    fault: Fault | undefined,
    origin: string,
    signal: AbortSignal,
  ): Promise<Answer & { readonly early?: boolean }> => {
    if (fault?.kind === 'slow') await (fault.until ?? wait(fault.delayMs ?? 1000, signal))
    if (fault?.kind === 'redirect') {
      return { status: 307, headers: { Location: fault.location ?? request.url ?? '' } }
    }
    if (fault?.kind === 'status') {
      const refusal = new Refusal(
        fault.status ?? 500,
        fault.code ?? 'UNKNOWN',
        'injected',
        fault.headers,
      )
      if (fault.early !== true) return refusal.answer
      const headers = { ...refusal.answer.headers, Connection: 'close' }
      return { ...refusal.answer, headers, early: true }
    }
    try {
      return await routes(request, body, origin)
    } catch (error) {
      if (error instanceof Refusal) return error.answer
      throw error
    }
  }

  for (const place of storage === undefined ? [main] : [main, storage]) {
    place.server.on('request', (request, response) => void serve(request, response, place.origin))
  }
  return {
    url: main.origin,
    host: new URL(main.origin).host,
    journal,
    inject: faults.inject,
    heal: faults.heal,
    tags: store.tags,
    manifest: store.manifest,
    manifests: store.manifests,
    blob: async (repository, digest) =>
      (await store.blobSize(repository, digest)) === undefined
        ? undefined
        : readFile(store.blobFile(parseDigest(digest))),
    removeTag: store.removeTag,
    removeManifest: store.removeManifest,
    close: async () => {
      closing.abort()
      await Promise.all([main.close(), storage?.close()])
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true })
    },
  }
}

async function listen(server: Server, port = 0) {
  server.requestTimeout = 0
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  return {
    server,
    origin: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()))
  })
}

/** Until the client has had enough. */
async function continueForEver(response: ServerResponse, signal: AbortSignal): Promise<void> {
  while (!response.destroyed && !signal.aborted) {
    response.writeContinue()
    await wait(1, signal)
  }
}

async function send(
  response: ServerResponse,
  { status, headers, body }: Answer,
  method: string,
  fault: Fault | undefined,
): Promise<void> {
  const full = body === undefined ? 0 : Buffer.isBuffer(body) ? body.length : body.length
  const length = fault?.kind === 'truncate' ? Math.min(full, fault.afterBytes ?? 0) : full
  response.writeHead(status, { ...headers, 'Content-Length': length })
  if (method === 'HEAD' || body === undefined) {
    response.end()
    return
  }
  const source: AsyncIterable<Uint8Array> = Buffer.isBuffer(body)
    ? Readable.from([body])
    : body.length === 0
      ? Readable.from([])
      : createReadStream(body.file, { start: body.start, end: body.start + body.length - 1 })
  await pipeline(
    spoil(source, fault, () => {}),
    response,
  )
}
