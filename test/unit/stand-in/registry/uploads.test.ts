import t from 'tap'

import { startRegistry } from '../../../stand-in/registry/index.ts'
import { blobOf } from '../../../stand-in/registry/small-image.ts'
import { callRegistry } from './call-registry.ts'

const blob = blobOf(Buffer.from('hello'), 'text/plain')

t.test('a blob is POST, PUT with the whole of it, and is served with ranges', async (t) => {
  const registry = await startRegistry()
  t.teardown(() => registry.close())
  const { blob: put, request } = callRegistry(registry.url)
  t.equal((await put(blob)).status, 201)
  const path = `/v2/app/blobs/${blob.digest}`
  t.equal((await request('GET', path)).text, 'hello')
  const tail = await request('GET', path, { headers: { Range: 'bytes=-2' } })
  t.equal(tail.status, 206)
  t.equal(tail.text, 'lo')
  t.equal((await request('HEAD', path)).headers.get('content-length'), '5')
  t.equal((await request('GET', `/v2/other/blobs/${blob.digest}`)).status, 404, 'per repository')
  t.strictSame(
    registry.journal.slice(0, 2).map(({ method, status, received }) => [method, status, received]),
    [
      ['POST', 202, 0],
      ['PUT', 201, 5],
    ],
  )
})

t.test('refuses what ECR refuses or would lose', async (t) => {
  const registry = await startRegistry()
  t.teardown(() => registry.close())
  const { request, start } = callRegistry(registry.url)
  const wrong = await request('PUT', `${await start()}?digest=sha256:${'0'.repeat(64)}`, {
    body: blob.bytes,
  })
  t.equal(wrong.status, 400)
  t.match(wrong.text, /DIGEST_INVALID/)
  t.equal((await request('PUT', `${await start()}?digest=../x`, { body: blob.bytes })).status, 400)
  t.equal((await request('PUT', `/v2/app/blobs/uploads/none?digest=${blob.digest}`)).status, 404)
  const ranged = await request('PATCH', await start(), {
    body: blob.bytes,
    headers: { 'Content-Range': '0-4' },
  })
  t.equal(ranged.status, 416)

  const once = await start()
  t.equal((await request('PATCH', once, { body: blob.bytes })).status, 201)
  t.equal((await request('PATCH', once, { body: Buffer.from('more') })).status, 201)
  t.equal(
    (await request('PUT', `${once}?digest=${blob.digest}`)).status,
    201,
    'the second PATCH is lost in silence',
  )
  const twice = await start()
  await request('PATCH', twice, { body: blob.bytes })
  const both = await request('PUT', `${twice}?digest=${blob.digest}`, { body: blob.bytes })
  t.equal(both.status, 400)
  const chunked = await fetch(new URL(`${await start()}?digest=${blob.digest}`, registry.url), {
    method: 'PUT',
    body: new ReadableStream({
      start: (controller) => {
        controller.enqueue(blob.bytes)
        controller.close()
      },
    }),
    duplex: 'half',
  })
  t.equal(chunked.status, 411)
})

t.test('repositories, credentials and endpoints that are not there', async (t) => {
  const registry = await startRegistry({
    repository: (name) => (name === 'app' ? { immutableTags: true } : undefined),
    authorize: ({ authorization, method }) =>
      authorization === undefined ? 'unauthorized' : method === 'POST' ? 'denied' : 'ok',
  })
  t.teardown(() => registry.close())
  const { request } = callRegistry(registry.url)
  const headers = { Authorization: 'Basic x' }
  const anonymous = await request('GET', '/v2/')
  t.equal(anonymous.status, 401)
  t.match(anonymous.headers.get('www-authenticate'), /^Basic realm=/)
  t.equal((await request('GET', '/v2/', { headers })).status, 200)
  t.equal((await request('POST', '/v2/app/blobs/uploads/', { headers })).status, 403)
  t.match((await request('GET', '/v2/none/manifests/a', { headers })).text, /NAME_UNKNOWN/)
  t.match((await request('GET', '/v2/app/manifests/a', { headers })).text, /MANIFEST_UNKNOWN/)
  t.equal((await request('GET', '/v2/App/manifests/a', { headers })).status, 404)
  t.equal((await request('DELETE', '/v2/app/manifests/a', { headers })).status, 405)
})

t.test('blobs may live at another origin, which takes no credentials', async (t) => {
  const registry = await startRegistry({ redirectBlobs: true })
  t.teardown(() => registry.close())
  const { blob: put, request } = callRegistry(registry.url)
  await put(blob)
  const { status, headers } = await request('GET', `/v2/app/blobs/${blob.digest}`)
  t.equal(status, 307)
  const location = headers.get('location') ?? ''
  t.not(new URL(location).origin, registry.url)
  t.equal((await request('GET', location)).text, 'hello')
  t.equal((await request('GET', location, { headers: { Authorization: 'Basic x' } })).status, 400)
})

t.test('a folder keeps everything for the next registry', async (t) => {
  const directory = t.testdir()
  const first = await startRegistry({ directory })
  await callRegistry(first.url).blob(blob)
  await first.close()
  const second = await startRegistry({ directory })
  t.teardown(() => second.close())
  t.equal(String(await second.blob('app', blob.digest)), 'hello')
  t.equal(await second.blob('other', blob.digest), undefined)
})
