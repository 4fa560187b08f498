import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'

import type { Docker } from './docker.ts'

/** Package registries, all that a RUN step of a test may ask for. */
const allowed = /^(?:registry\.npmjs\.org|pypi\.org|files\.pythonhosted\.org):443$/

/**
 * Lets RUN steps reach package registries through a proxy on this machine, as the user's own docker
 * config names one. Dockerfiles know nothing of it.
 */
export async function openWayOut(docker: Docker): Promise<{ close(): Promise<void> }> {
  const server = createServer((_, response) => response.writeHead(405).end())
  server.on('connect', (asked: { url?: string }, client, head: Buffer) => {
    const target = asked.url ?? ''
    client.on('error', () => undefined)
    if (!allowed.test(target)) {
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    const [host = '', port = ''] = target.split(':')
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.write(head)
      upstream.pipe(client)
      client.pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    client.on('close', () => upstream.destroy())
  })
  server.listen(0, docker.gateway)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const url = `http://${docker.gateway}:${port}`
  const file = join(docker.environment.DOCKER_CONFIG, 'config.json')
  const config: object = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'))
  await mkdir(docker.environment.DOCKER_CONFIG, { recursive: true })
  const proxies = { default: { httpProxy: url, httpsProxy: url, noProxy: 'localhost,127.0.0.1' } }
  await writeFile(file, JSON.stringify({ ...config, proxies }), { mode: 0o600 })
  return {
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
