import { once } from 'node:events'
import { type IncomingMessage, type RequestListener, createServer } from 'node:http'

import t, { type Test } from 'tap'

import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { openBytes } from '../../../contracts/registry.ts'
import { testBlob } from './open-test-repository.ts'

/** A server that answers as the test says: the stand-in is too well-behaved for this. */
async function listen(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  return `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

const open = (host: string, authorization = 'Basic secret') =>
  openRepository({
    uri: `${host}/app`,
    authorization: async () => authorization,
    retry: { attempts: 2, baseDelay: 1 },
  })

t.test('an upload that goes to another origin carries no credentials', async (t) => {
  const blob = testBlob(1000)
  const received: IncomingMessage[] = []
  const storage = await listen(t, (request, response) => {
    received.push(request)
    request.resume().on('end', () => response.writeHead(201).end())
  })
  const host = await listen(t, (request, response) => {
    request.resume()
    if (request.method === 'HEAD') response.writeHead(404).end()
    else response.writeHead(202, { Location: `http://${storage}/store?state=a%3D%3D&x=+` }).end()
  })
  await open(host).putBlob(blob, openBytes(blob.bytes))
  const [put] = received
  t.equal(put?.headers.authorization, undefined)
  t.equal(put?.url, `/store?state=a%3D%3D&x=+&digest=${encodeURIComponent(blob.digest)}`)
  t.equal(put?.headers['content-length'], '1000')
  t.equal(put?.headers['transfer-encoding'], undefined)
})

t.test('an upload that leads nowhere or out of TLS', async (t) => {
  const blob = testBlob(1000)
  for (const [location, code] of [
    ['', 'REGISTRY_FAILED'],
    ['http://storage.example/', 'REGISTRY_INSECURE'],
  ]) {
    const host = await listen(t, (request, response) => {
      request.resume()
      response.writeHead(
        request.method === 'HEAD' ? 404 : 202,
        location ? { Location: location } : {},
      )
      response.end()
    })
    await t.rejects(open(host).putBlob(blob, openBytes(blob.bytes)), { code })
  }
})

t.test('a registry that does not know ranges, or lies about them', async (t) => {
  const blob = testBlob()
  let answer: readonly [number, Buffer] = [200, blob.bytes]
  const host = await listen(t, (_, response) => {
    const [status, body] = answer
    response.writeHead(status).end(body)
  })
  const tail = await open(host).getBlobTail(blob, 100)
  t.ok(blob.bytes.subarray(-100).equals(tail))
  for (const lie of [
    [206, blob.bytes.subarray(-50)],
    [206, blob.bytes],
  ] as const) {
    answer = lie
    await t.rejects(open(host).getBlobTail(blob, 100), { code: 'REGISTRY_CONTENT_INVALID' })
  }
})

t.test('answers that are none', async (t) => {
  let body = 'x'.repeat(5 * 1024 * 1024)
  let status = 200
  const host = await listen(t, (_, response) => response.writeHead(status).end(body))
  await t.rejects(open(host).getManifest('one'), {
    code: 'REGISTRY_CONTENT_INVALID',
    message: /more than 4194304 bytes/,
  })
  status = 500
  await t.rejects(open(host).getManifest('one'), {
    code: 'REGISTRY_FAILED',
    message: /: 500\. Try/,
  })
  for (const odd of [
    '<html>',
    '{"errors":3}',
    '{"errors":[null]}',
    '{"errors":[{"code":1}]}',
    'null',
  ]) {
    body = odd
    await t.rejects(open(host).getManifest('one'), {
      code: 'REGISTRY_FAILED',
      message: /: 500[ :]*\. Try/,
    })
  }
  status = 404
  body = '<html>not found</html>'
  await t.rejects(open(host).getManifest('one'), { code: 'REGISTRY_FAILED' }, 'a web server')
  body = '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}'
  t.equal(await open(host).getManifest('one'), undefined)
})

t.test('token endpoints: out of TLS, not a URL, without a token, for Basic alone', async (t) => {
  const asked: IncomingMessage[] = []
  let token: unknown = { token: 'fine' }
  let realm = ''
  const endpoint = await listen(t, (request, response) => {
    asked.push(request)
    response.end(JSON.stringify(token))
  })
  const host = await listen(t, (request, response) => {
    if (request.url?.startsWith('/token') === true) {
      asked.push(request)
      response.end(JSON.stringify(token))
      return
    }
    const fine = request.headers.authorization === 'Bearer fine'
    response.writeHead(fine ? 200 : 401, { 'WWW-Authenticate': `Bearer realm="${realm}"` }).end()
  })
  const blob = testBlob(1)
  const refused = async (where: string, code: string) => {
    realm = where
    await t.rejects(open(host).hasBlob(blob.digest), { code }, where)
  }
  await refused('http://auth.example/token', 'REGISTRY_INSECURE')
  await refused('nowhere', 'REGISTRY_FAILED')
  const here = `http://${endpoint}/token`
  for (token of [{}, [], null, { token: '' }, { token: 'a\nb' }, { token: 1 }]) {
    await refused(here, 'REGISTRY_FAILED')
  }
  asked.length = 0
  token = { access_token: 'fine' }
  t.equal(await open(host).hasBlob(blob.digest), true)
  t.equal(asked[0]?.headers.authorization, undefined, 'credentials stay with their origin')
  asked.length = 0
  realm = `http://${host}/token`
  t.equal(await open(host).hasBlob(blob.digest), true)
  t.equal(asked[0]?.headers.authorization, 'Basic secret')
  t.equal(asked[0]?.url, '/token?scope=repository%3Aapp%3Apull', 'a scope of our own')
  asked.length = 0
  t.equal(await open(host, 'Bearer stale').hasBlob(blob.digest), true)
  t.equal(asked[0]?.headers.authorization, undefined, 'a token buys no token')
})
