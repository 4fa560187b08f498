import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** TCP's handshake and that of TLS 1.3. */
const handshakes = 2

interface Delayed {
  /** The same, with addresses behind which everything takes longer. */
  readonly environment: Readonly<Record<string, string>>
  readonly close: () => void
}

/**
 * Stands for the way to a region: what is sent arrives half a round trip later, and a connection
 * takes two round trips before its first byte. The bandwidth is that of loopback.
 * @param environment in which servers of this machine are named as `http://127.0.0.1:PORT`
 * @param roundTrip milliseconds
 */
export async function delay(
  environment: Readonly<Record<string, string>>,
  roundTrip: number,
): Promise<Delayed> {
  const address = /(?<=http:\/\/127\.0\.0\.1:)\d+/g
  const ports = new Set(Object.values(environment).flatMap((value) => value.match(address) ?? []))
  const servers = await Promise.all(
    [...ports].map(async (port) => {
      const server = createServer({ noDelay: true }, (near) => {
        const far = connect({ port: Number(port), host: '127.0.0.1', noDelay: true })
        forward(near, far, roundTrip, performance.now() + handshakes * roundTrip)
        forward(far, near, roundTrip, 0)
      })
      await once(server.listen(0, '127.0.0.1'), 'listening')
      return [port, server] as const
    }),
  )
  const behind = new Map(servers.map(([port, server]) => [port, portOf(server)] as const))
  return {
    environment: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        value.replaceAll(address, (port) => behind.get(port) ?? port),
      ]),
    ),
    close() {
      for (const [, server] of servers) server.close()
    },
  }
}

/** @param open when the connection is there, by `performance.now()` */
function forward(from: Socket, to: Socket, roundTrip: number, open: number): void {
  let last = Promise.resolve()
  const later = (pass: () => void): void => {
    const due = Math.max(performance.now(), open) + roundTrip / 2
    last = after(last, due, () => {
      if (to.writable) pass()
    })
  }
  from.on('data', (chunk) => later(() => to.write(chunk)))
  from.on('end', () => later(() => to.end()))
  from.on('error', () => to.destroy())
}

async function after(earlier: Promise<void>, due: number, pass: () => void): Promise<void> {
  await earlier
  await wait(Math.max(0, due - performance.now()))
  pass()
}

function portOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port was given')
  return String(address.port)
}
