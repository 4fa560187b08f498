import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:net'

import t from 'tap'

import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { verified } from '../../../../plugin/effects/registry/verified.ts'
import type { Fault } from '../../../stand-in/registry/index.ts'
import { blobOf, smallImage } from '../../../stand-in/registry/small-image.ts'
import { openBytes, pushImage } from '../../../contracts/registry.ts'
import { drain, openTestRepository, seen, testBlob } from './open-test-repository.ts'

const put = { method: 'PUT', path: /blobs/ }

/** Faults of one upload that the second attempt survives. */
const passing: Readonly<Record<string, Fault>> = {
  '500 after the body': { kind: 'status', status: 500, match: put },
  '503 before the body': { kind: 'status', status: 503, early: true, match: put },
  '429': { kind: 'status', status: 429, match: put },
  'reset in the middle of the blob': { kind: 'reset', afterBytes: 100_000, match: put },
  'a body cut short': { kind: 'truncate', afterBytes: 1000, match: put },
  'a byte changed on the way': { kind: 'wrong-digest', match: put },
  'an upload that got lost': {
    kind: 'status',
    status: 404,
    code: 'BLOB_UPLOAD_UNKNOWN',
    match: put,
  },
  'reset at the start': { kind: 'reset', match: { method: 'POST' } },
  '502 for the question': { kind: 'status', status: 502, match: { method: 'HEAD' } },
}

for (const [name, fault] of Object.entries(passing)) {
  t.test(`an upload survives: ${name}`, async (t) => {
    const { registry, repository } = await openTestRepository(t)
    const blob = testBlob()
    registry.inject(fault)
    let opened = 0
    await repository.putBlob(blob, () => {
      opened++
      return openBytes(blob.bytes)()
    })
    t.ok(blob.bytes.equals((await registry.blob('app', blob.digest)) ?? Buffer.alloc(0)))
    t.equal(opened, fault.match === put ? 2 : 1, 'the source is read anew')
  })

  t.test(`an upload gives up at some time: ${name}`, async (t) => {
    const { registry, repository } = await openTestRepository(
      t,
      {},
      { retry: { attempts: 3, baseDelay: 1 } },
    )
    const blob = testBlob()
    registry.inject({ ...fault, times: 100 })
    await t.rejects(repository.putBlob(blob, openBytes(blob.bytes)), {
      code: /^REGISTRY_(?:FAILED|UNREACHABLE)$/,
      message: /http:\/\/127\.0\.0\.1:\d+\/v2\/app\/blobs\//,
    })
    t.equal(await registry.blob('app', blob.digest), undefined)
    const { method } = fault.match ?? {}
    t.equal(registry.journal.filter((entry) => entry.method === method).length, 3)
  })
}

t.test('a blob that arrived although its answer was lost is not sent twice', async (t) => {
  const { registry, repository } = await openTestRepository(t)
  const other = openRepository({ uri: `${registry.host}/app` })
  const blob = testBlob()
  registry.inject({ kind: 'status', status: 500, match: put, skip: 1 })
  let opened = 0
  await repository.putBlob(blob, async function* () {
    opened++
    // Another deploy brings it while this one sends: to the client the same as a lost answer.
    await other.putBlob(blob, openBytes(blob.bytes))
    yield blob.bytes
  })
  t.equal(opened, 1)
  t.strictSame(seen(registry).slice(-2), ['PUT 500', 'HEAD 200'])
})

t.test('what was made just now is sent without asking, also where it is there', async (t) => {
  const { registry, repository } = await openTestRepository(t)
  const blob = testBlob()
  await repository.putBlob(blob, openBytes(blob.bytes), true)
  t.strictSame(seen(registry), ['POST 202', 'PUT 201'])
  const other = openRepository({ uri: `${registry.host}/app` })
  await other.putBlob(blob, openBytes(blob.bytes), true)
  t.ok(blob.bytes.equals((await registry.blob('app', blob.digest)) ?? Buffer.alloc(0)))
})

t.test('a registry may refuse what it has, and only that', async (t) => {
  const refusal = { kind: 'status', status: 400, code: 'LAYER_ALREADY_EXISTS', match: put } as const
  for (const isThere of [true, false]) {
    const { registry, repository } = await openTestRepository(t)
    const blob = testBlob()
    const other = openRepository({ uri: `${registry.host}/app` })
    if (isThere) await other.putBlob(blob, openBytes(blob.bytes))
    registry.inject({ ...refusal, times: 100 })
    const sending = repository.putBlob(blob, openBytes(blob.bytes), true)
    if (isThere) await t.resolves(sending)
    else await t.rejects(sending, { code: 'REGISTRY_FAILED', message: /PUT .*LAYER_ALREADY/ })
  }
  const { registry, repository } = await openTestRepository(t)
  registry.inject({ kind: 'status', status: 403, code: 'DENIED', match: put, times: 100 })
  const blob = testBlob()
  const denied = repository.putBlob(blob, openBytes(blob.bytes), true)
  await t.rejects(denied, { code: 'REGISTRY_DENIED', message: /PUT / })
  t.notOk(seen(registry).some((line) => line.startsWith('HEAD')))
})

t.test('Retry-After is waited for, but not beyond the limit', async (t) => {
  const { registry, repository } = await openTestRepository(
    t,
    {},
    { retry: { baseDelay: 1, maximumDelay: 20 } },
  )
  registry.inject({ kind: 'status', status: 429, headers: { 'Retry-After': '3600' } })
  t.equal(await repository.hasBlob(testBlob().digest), false)
  t.strictSame(seen(registry), ['HEAD 429', 'HEAD 404'])
})

t.test('waits grow, with jitter', async (t) => {
  const waits: number[] = []
  const wait = async (milliseconds: number) => waits.push(milliseconds)
  const { registry, repository } = await openTestRepository(
    t,
    {},
    { retry: { baseDelay: 100, wait } },
  )
  registry.inject({ kind: 'status', status: 503, times: 2 })
  registry.inject({ kind: 'status', status: 429, headers: { 'Retry-After': '7' } })
  registry.inject({ kind: 'status', status: 429, headers: { 'Retry-After': '3600' } })
  t.equal(await repository.getManifest('one'), undefined)
  const [first = 0, second = 0, ...asked] = waits
  t.ok(first >= 50 && first <= 100)
  t.ok(second >= 100 && second <= 200)
  t.strictSame(asked, [7000, 30_000], 'Retry-After counts, up to a limit')
})

t.test('a registry that refuses early is not sent the rest', async (t) => {
  const { registry, repository } = await openTestRepository(t, {}, { retry: { attempts: 1 } })
  const piece = Buffer.alloc(1024 * 1024)
  const all = Buffer.alloc(64 * piece.length)
  registry.inject({ kind: 'status', status: 507, early: true, match: put })
  let given = 0
  const upload = repository.putBlob(blobOf(all, 'text/plain'), async function* () {
    for (; given < 64; given++) yield piece
  })
  await t.rejects(upload, { code: 'REGISTRY_FAILED', message: /507/ })
  t.ok(given < 64, `${given} of 64 MiB were read`)
})

t.test('a download is stopped as soon as it is too long', async (t) => {
  let given = 0
  const endless = async function* () {
    for (; given < 100; given++) yield Buffer.alloc(10)
  }
  const wanted = { digest: testBlob(1).digest, size: 25 }
  await t.rejects(drain(verified(endless(), wanted, 'GET x')), {
    code: 'REGISTRY_CONTENT_INVALID',
    message: /^GET x gave more than its 25 bytes/,
  })
  t.equal(given, 2)
})

t.test('a registry that falls silent counts as gone', async (t) => {
  const { registry, repository } = await openTestRepository(
    t,
    {},
    { idleTimeout: 100, retry: { attempts: 2, baseDelay: 1 } },
  )
  registry.inject({ kind: 'slow', delayMs: 60_000, times: 3 })
  await t.rejects(repository.getManifest('one'), {
    code: 'REGISTRY_UNREACHABLE',
    message: /^GET .*: nothing came for more than 0.1 seconds/,
  })
})

t.test('a slow answer is waited for', async (t) => {
  const { registry, repository } = await openTestRepository(t)
  registry.inject({ kind: 'slow', delayMs: 50, times: 3 })
  t.equal(await repository.getManifest('one'), undefined)
})

t.test('nobody listens', async (t) => {
  const { registry, repository } = await openTestRepository(t)
  await registry.close()
  await t.rejects(repository.getManifest('one'), {
    code: 'REGISTRY_UNREACHABLE',
    message: /ECONNREFUSED/,
  })
})

t.test('a download that breaks or lies fails clearly, and is read anew on request', async (t) => {
  const { registry, repository } = await openTestRepository(t)
  const blob = testBlob()
  await repository.putBlob(blob, openBytes(blob.bytes))
  const get = { method: 'GET' }
  registry.inject({ kind: 'reset', afterBytes: 100_000, match: get })
  await t.rejects(drain(repository.openBlob(blob)), {
    code: 'REGISTRY_UNREACHABLE',
    message: /^GET http.*blobs\/sha256:[0-9a-f]{64}: aborted/,
  })
  registry.inject({ kind: 'truncate', afterBytes: 1000, match: get })
  await t.rejects(drain(repository.openBlob(blob)), {
    code: 'REGISTRY_CONTENT_INVALID',
    message: /gave 1000 of its 300000 bytes/,
  })
  registry.inject({ kind: 'wrong-digest', match: get })
  await t.rejects(drain(repository.openBlob(blob)), {
    code: 'REGISTRY_CONTENT_INVALID',
    message: /gave the bytes of sha256:/,
  })
  t.equal(await drain(repository.openBlob(blob)), 300_000)

  registry.inject({ kind: 'reset', afterBytes: 100_000, match: get })
  t.ok(blob.bytes.equals(await repository.getBlob(blob)), 'into memory: tried again by itself')
})

t.test('a copy between repositories survives a source that breaks', async (t) => {
  const from = await openTestRepository(t)
  const to = await openTestRepository(t)
  const blob = testBlob()
  await from.repository.putBlob(blob, openBytes(blob.bytes))
  from.registry.inject({ kind: 'reset', afterBytes: 100_000, match: { method: 'GET' } })
  await to.repository.putBlob(blob, () => from.repository.openBlob(blob))
  t.ok(await to.registry.blob('app', blob.digest))
})

t.test('manifests: refused, lost and changed', async (t) => {
  const { registry, repository } = await openTestRepository(t)
  const image = smallImage()
  const match = { method: 'PUT', path: /manifests/ }
  registry.inject({ kind: 'status', status: 400, code: 'MANIFEST_INVALID', match })
  await t.rejects(pushImage(repository, image, 'one'), {
    code: 'REGISTRY_FAILED',
    message: /^PUT .*\/v2\/app\/manifests\/one: 400 MANIFEST_INVALID: injected\./,
  })
  t.strictSame(await registry.manifests('app'), [])
  registry.inject({ kind: 'status', status: 503, match, times: 2 })
  await pushImage(repository, image, 'one')
  const spoil = { kind: 'wrong-digest', match: { method: 'GET', path: /manifests/ } } as const
  registry.inject(spoil)
  t.equal(
    (await repository.getManifest('one'))?.digest,
    image.manifest.digest,
    'once is no verdict',
  )
  registry.inject({ ...spoil, times: 2 })
  await t.rejects(repository.getManifest(image.manifest.digest), {
    code: 'REGISTRY_CONTENT_INVALID',
  })
  registry.inject({ ...spoil, times: 2 })
  await t.rejects(repository.getManifest('one'), { code: 'REGISTRY_CONTENT_INVALID' })
  registry.inject({
    kind: 'status',
    status: 404,
    code: '',
    match: { method: 'GET', path: /manifests/ },
  })
  await t.rejects(
    repository.getManifest('one'),
    { code: 'REGISTRY_FAILED' },
    "not in a registry's words",
  )
})

t.test('a tag that cannot move', async (t) => {
  const { registry, repository } = await openTestRepository(t, {
    repository: () => ({ immutableTags: true }),
  })
  const first = smallImage()
  const second = smallImage({ architecture: 'amd64' })
  await pushImage(repository, first, 'one')
  await t.rejects(pushImage(repository, second, 'one'), { code: 'TAG_TAKEN' })
  t.equal((await registry.tags('app')).get('one'), first.manifest.digest)
  t.equal(await pushImage(repository, first, 'one'), first.manifest.digest, 'the same bytes')
})

t.test('a repository that is not there', async (t) => {
  const { repository } = await openTestRepository(t, { repository: () => undefined })
  const blob = testBlob(10)
  t.equal(await repository.getManifest('one'), undefined)
  await t.rejects(repository.putBlob(blob, openBytes(blob.bytes)), {
    code: 'REGISTRY_REPOSITORY_MISSING',
  })
})

t.test('not more than four uploads at a time, and connections are shared', async (t) => {
  const { registry, repository } = await openTestRepository(t)
  let running = 0
  let most = 0
  const blobs = Array.from({ length: 12 }, () => testBlob(1000))
  const four = Promise.withResolvers<void>()
  await Promise.all(
    blobs.map((blob) =>
      repository.putBlob(blob, async function* () {
        most = Math.max(most, ++running)
        if (running === 4) four.resolve()
        await four.promise
        // Long enough for a fifth to begin, if it may.
        await new Promise((resolve) => setTimeout(resolve, 20))
        yield blob.bytes
        running--
      }),
    ),
  )
  t.equal(most, 4)
  t.equal(registry.journal.length, 36, 'HEAD, POST and PUT each')
})

t.test('an upload and what follows it use one connection', async (t) => {
  const { repository } = await openTestRepository(t)
  let opened = 0
  const count = (): void => void opened++
  subscribe('net.client.socket', count)
  t.teardown(() => unsubscribe('net.client.socket', count))
  const blob = testBlob(100_000)
  await repository.putBlob(blob, openBytes(blob.bytes), true)
  t.equal(await drain(repository.openBlob(blob)), 100_000)
  t.equal(opened, 1)
})

t.test('what was just made is asked for again before it counts as missing', async (t) => {
  const { registry, repository } = await openTestRepository(t)
  const missing = (code: string, match: NonNullable<Fault['match']>) =>
    registry.inject({ kind: 'status', status: 404, code, times: 2, match })
  const image = smallImage()
  missing('NAME_UNKNOWN', { method: 'POST' })
  missing('MANIFEST_BLOB_UNKNOWN', { method: 'PUT', path: /manifests/ })
  await pushImage(repository, image, 'one')
  missing('MANIFEST_UNKNOWN', { method: 'GET', path: /manifests\/one/ })
  t.equal((await repository.getManifest('one'))?.digest, image.manifest.digest)
  const blob = testBlob(10)
  await repository.putBlob(blob, openBytes(blob.bytes))
  missing('BLOB_UNKNOWN', { method: 'GET', path: /blobs/ })
  t.equal(await drain(repository.openBlob(blob)), 10)

  const from = registry.journal.length
  t.equal(await repository.getManifest('never-put'), undefined)
  t.equal(registry.journal.length, from + 1, 'what others would have put is asked for once')
  await registry.removeTag('app', 'one')
  t.equal(await repository.getManifest('one'), undefined, 'once seen it can only be gone')
  t.equal(registry.journal.length, from + 2)
})

t.test('a blob that a registry has lost is asked for three times, and named as lost', async (t) => {
  const { registry, repository } = await openTestRepository(t)
  const lost = testBlob(10)
  const asking = [
    () => drain(repository.openBlob(lost)),
    () => repository.getBlob(lost),
    () => repository.getBlobTail(lost, 4),
  ]
  for (const [index, ask] of asking.entries()) {
    await t.rejects(async () => ask(), {
      code: 'REGISTRY_BLOB_LOST',
      message: /GET .*404 BLOB_UNKNOWN/,
    })
    t.equal(registry.journal.length, 3 * (index + 1))
  }
})

t.test('a transfer that never ends is ended, though bytes come', async (t) => {
  const serve = async (begin: string, again: string): Promise<string> => {
    const server = createServer((socket) => {
      socket.write(begin)
      const timer = setInterval(() => socket.write(again), 5)
      socket.on('error', () => undefined)
      socket.on('close', () => clearInterval(timer))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.teardown(() => server.close())
    const address = server.address()
    return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  }
  const limits = { base: 300, bytesPerSecond: 1e9 }
  for (const [begin, again, message] of [
    ['HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n', 'x', /too slow to wait for/],
    ['HTTP/1.1 200 OK\r\n', 'X-Drip: 1\r\n', /too slow to wait for/],
    ['', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(50), /21 interim answers came and no other/],
  ] as const) {
    const uri = `${await serve(begin, again)}/app`
    const repository = openRepository({ uri, limits, retry: { attempts: 2, baseDelay: 1 } })
    await t.rejects(repository.getManifest('one'), { code: 'REGISTRY_UNREACHABLE', message })
  }
})

t.test('bytes that change on their way up are told from a wrong name', async (t) => {
  const { registry, repository } = await openTestRepository(
    t,
    {},
    { retry: { attempts: 2, baseDelay: 1 } },
  )
  const blob = testBlob()
  registry.inject({ kind: 'wrong-digest', match: put, times: 2 })
  await t.rejects(repository.putBlob(blob, openBytes(blob.bytes)), {
    code: 'REGISTRY_FAILED',
    message: /400 DIGEST_INVALID: .* Other bytes arrived than were sent: look at what lies between/,
  })
})
