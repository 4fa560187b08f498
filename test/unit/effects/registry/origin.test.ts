import { once } from 'node:events'
import { createServer } from 'node:http'

import { execa } from 'execa'
import t from 'tap'

import { parseBearerChallenge } from '../../../../plugin/effects/registry/challenge.ts'
import { parseHostMap } from '../../../../plugin/effects/registry/host-map.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { originOf, requireSafe } from '../../../../plugin/effects/registry/origin-of.ts'
import { readRetryAfter } from '../../../../plugin/effects/registry/retry.ts'

t.test('where a registry is asked', async (t) => {
  t.equal(originOf('public.ecr.aws').origin, 'https://public.ecr.aws')
  t.equal(originOf('docker.io').origin, 'https://registry-1.docker.io')
  t.equal(originOf('localhost:5000').origin, 'http://localhost:5000')
  t.equal(originOf('127.0.0.1:5000').origin, 'http://127.0.0.1:5000')
  t.equal(originOf('[::1]:5000').origin, 'http://[::1]:5000')
  const map = new Map([['docker.io', 'https://mirror.example']])
  t.equal(originOf('docker.io', map).origin, 'https://mirror.example')
  t.throws(() => originOf('a.example', new Map([['a.example', 'http://b.example']])), {
    code: 'REGISTRY_INSECURE',
  })
})

t.test('never down from https', async (t) => {
  const from = new URL('https://a.example')
  t.throws(() => requireSafe(new URL('http://127.0.0.1'), from), { code: 'REGISTRY_INSECURE' })
  t.throws(() => requireSafe(new URL('ftp://a.example')), { code: 'REGISTRY_INSECURE' })
  t.throws(() => requireSafe(new URL('http://127.0.0.1.example')), { code: 'REGISTRY_INSECURE' })
  t.equal(requireSafe(new URL('https://b.example/x'), from).href, 'https://b.example/x')
})

t.test('ARC_CONTAINER_IMAGES_REGISTRIES', async (t) => {
  const text =
    '123456789012.dkr.ecr.us-east-1.amazonaws.com=http://127.0.0.1:5000, public.ecr.aws=https://mirror.example/ ,'
  t.strictSame(
    parseHostMap(text),
    new Map([
      ['123456789012.dkr.ecr.us-east-1.amazonaws.com', 'http://127.0.0.1:5000'],
      ['public.ecr.aws', 'https://mirror.example'],
    ]),
  )
  t.equal(parseHostMap('').size, 0)
  const wrong = [
    ['a.example', /'a\.example': no '=' with an origin/],
    ['a b=https://b.example', /'a b' is not a registry's host/],
    ['a.example=b.example', /'b\.example' is not a URL/],
    ['a.example=ftp://b.example', /neither https nor http/],
    ['a.example=http://b.example', /loopback only/],
    ['a.example=https://b.example/path', /has a path/],
    ['a=https://b.example,a=https://c.example', /comes twice/],
    ['a=https://me:secret@b.example', /'a=https:\/\/\*\*\*@b\.example': the origin carries/],
  ] as const
  for (const [value, message] of wrong) {
    t.throws(() => parseHostMap(value), { code: 'REGISTRY_HOST_MAP_INVALID', message })
  }
  t.throws(() => parseHostMap(wrong.map(([value]) => value).join(',')), {
    message: /no '='.*not a URL.*loopback only/,
  })
})

t.test('Bearer challenges as registries write them', async (t) => {
  t.strictSame(
    parseBearerChallenge(
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/node:pull"',
    ),
    {
      realm: 'https://auth.docker.io/token',
      service: 'registry.docker.io',
      scope: 'repository:library/node:pull',
    },
  )
  t.strictSame(parseBearerChallenge('Basic realm="x", bearer realm=https://a.example/t'), {
    realm: 'https://a.example/t',
  })
  t.strictSame(parseBearerChallenge('Bearer realm="a\\"b",error="insufficient_scope"'), {
    realm: 'a"b',
  })
  for (const none of [undefined, '', 'Basic realm="Bearer x"', 'Bearer service="x"']) {
    t.equal(parseBearerChallenge(none), undefined)
  }
})

t.test('Retry-After: seconds, dates, nonsense', async (t) => {
  t.equal(readRetryAfter('3'), 3000)
  t.equal(readRetryAfter(undefined), 0)
  t.equal(readRetryAfter('soon'), 0)
  t.equal(readRetryAfter('-3'), 0)
  t.equal(readRetryAfter('Wed, 21 Oct 2015 07:28:00 GMT'), 0)
  const later = readRetryAfter(new Date(Date.now() + 60_000).toUTCString())
  t.ok(later > 50_000 && later <= 60_000)
})

t.test('digests and tags are checked before they become a path', async (t) => {
  const repository = openRepository({ uri: 'registry.example/app' })
  t.throws(() => openRepository({ uri: 'registry.example/../app' }), { code: 'REFERENCE_INVALID' })
  for (const reference of ['../x', 'a/b', '', 'sha256:../x']) {
    await t.rejects(async () => repository.getManifest(reference), {
      code: /^(?:REFERENCE|DIGEST)_INVALID$/,
    })
  }
})

t.test('HTTPS_PROXY is honoured, and not for loopback', async (t) => {
  const connected: string[] = []
  const proxy = createServer()
  proxy.on('connect', (request, socket) => {
    connected.push(request.url ?? '')
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.teardown(() => proxy.close())
  const address = proxy.address()
  const port = typeof address === 'object' ? address?.port : 0
  const program = `
    import { openRepository } from ${JSON.stringify(import.meta.resolve('../../../../plugin/effects/registry/open-repository.ts'))}
    const retry = { attempts: 1 }
    for (const uri of ['registry.example/app', '127.0.0.1:1/app']) {
      await openRepository({ uri, retry }).getManifest('one').catch((error) => console.log(error.code))
    }`
  const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', program], {
    env: {
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
      HTTP_PROXY: `http://127.0.0.1:${port}`,
      NO_PROXY: '',
      no_proxy: '',
    },
  })
  t.equal(stdout, 'REGISTRY_UNREACHABLE\nREGISTRY_UNREACHABLE')
  t.strictSame(connected, ['registry.example:443'])
})
