import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that counts what passes, TLS and all. */
export interface CountedWay {
  /** `127.0.0.1:PORT` */
  readonly host: string
  /** Bytes towards the server so far, and from it. */
  sent(): number
  received(): number
  close(): Promise<void>
}

/**
 * @param to `HOST:PORT` of the server
 * @param on where to listen; default: a free port of 127.0.0.1
 */
export async function countTraffic(
  to: string,
  on: { readonly address: string; readonly port: number } = { address: '127.0.0.1', port: 0 },
): Promise<CountedWay> {
  const [toHost = '', toPort = ''] = to.split(':')
  const open = new Set<Socket>()
  let sent = 0
  let received = 0
  const server = createServer((client) => {
    const upstream = connect(Number(toPort), toHost)
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        open.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', ({ length }) => (sent += length))
    upstream.on('data', ({ length }) => (received += length))
    client.pipe(upstream)
    upstream.pipe(client)
  })
  server.listen(on.port, on.address)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    host: `${on.address}:${port}`,
    sent: () => sent,
    received: () => received,
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
