import { createHash } from 'node:crypto'
import { createServer } from 'node:http'

/** What a registry gave once. */
interface Stored {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * A registry on loopback that asks another one only once for each path, and counts the bytes that
 * it gives: neither way waits for the network more than the other.
 */
export async function startStoredRegistry(upstream: string): Promise<{
  readonly url: string
  /** Bytes of answers so far. */
  readonly sent: () => number
  close(): Promise<void>
}> {
  const stored = new Map<string, Promise<Stored>>()
  const registry = upstream.replace(/\/+$/, '')
  let sent = 0
  let url = ''
  const ask = async (path: string, accept: string): Promise<Stored> => {
    const answer = await fetch(registry + path, { headers: { accept } })
    const type = answer.headers.get('content-type') ?? ''
    const bytes = Buffer.from(await answer.arrayBuffer())
    // The addresses of tarballs in a package's description lead here too.
    const body = type.includes('json')
      ? Buffer.from(bytes.toString().replaceAll(`"${registry}/`, `"${url}/`))
      : bytes
    return { status: answer.status, headers: headersOf(type, path, body), body }
  }
  const server = createServer((request, response) => {
    const { url: path = '/', headers: asked } = request
    const { accept = '*/*' } = asked
    const key = `${path} ${accept}`
    const answer = stored.get(key) ?? ask(path, accept)
    stored.set(key, answer)
    answer
      .then(({ status, headers, body }) => {
        const isKnown = headers['etag'] !== undefined && headers['etag'] === asked['if-none-match']
        sent += isKnown ? 0 : body.length
        if (isKnown) return response.writeHead(304, headers).end()
        return response.writeHead(status, { ...headers, 'content-length': body.length }).end(body)
      })
      .catch((error: unknown) => {
        stored.delete(key)
        response.destroy(error instanceof Error ? error : undefined)
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  return {
    url,
    sent: () => sent,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** As the public registry has them; mirrors of it may say nothing of how long an answer is good. */
function headersOf(type: string, path: string, body: Buffer): Readonly<Record<string, string>> {
  const cacheControl = path.endsWith('.tgz')
    ? 'public, immutable, max-age=31557600'
    : 'public, max-age=300'
  const etag = `"${createHash('sha1').update(body).digest('hex')}"`
  return { 'content-type': type, 'cache-control': cacheControl, etag }
}
