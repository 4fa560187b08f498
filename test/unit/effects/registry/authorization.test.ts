import { createServer } from 'node:http'

import t from 'tap'

import {
  type Authorization,
  openAuthorizer,
} from '../../../../plugin/effects/registry/authorizer.ts'
import { openBytes, pushImage } from '../../../contracts/registry.ts'
import type { RegistryOptions } from '../../../stand-in/registry/index.ts'
import { smallImage } from '../../../stand-in/registry/small-image.ts'
import { drain, openTestRepository, seen, testBlob } from './open-test-repository.ts'

/** Tokens `Basic 1`, `Basic 2`, ...: each renewal gives the next. */
function counting(): { readonly renewals: boolean[]; readonly authorization: Authorization } {
  const renewals: boolean[] = []
  return {
    renewals,
    authorization: async (renew) => {
      renewals.push(renew)
      return `Basic ${renewals.length}`
    },
  }
}

/** Lets in `Basic <n>` only, `n` as the test sets it. */
function judge(valid: { token: string }, refusal: 'unauthorized' | 'denied' = 'unauthorized') {
  const authorize: NonNullable<RegistryOptions['authorize']> = ({ authorization }) =>
    authorization === valid.token ? 'ok' : refusal
  return { authorize }
}

for (const refusal of ['unauthorized', 'denied'] as const) {
  t.test(`a token that expires in mid-push is renewed once for all: ${refusal}`, async (t) => {
    const valid = { token: 'Basic 1' }
    const { renewals, authorization } = counting()
    const { registry, repository } = await openTestRepository(t, judge(valid, refusal), {
      authorization,
    })
    const blobs = Array.from({ length: 4 }, () => testBlob())
    await Promise.all(
      blobs.map((blob) =>
        repository.putBlob(blob, async function* () {
          // From the first byte on the old token is worth nothing.
          valid.token = 'Basic 2'
          yield blob.bytes
        }),
      ),
    )
    for (const blob of blobs) t.ok(await registry.blob('app', blob.digest))
    t.strictSame(renewals, [false, true])
  })
}

t.test('401 in the middle of one upload: the body is sent anew with the fresh token', async (t) => {
  const { renewals, authorization } = counting()
  const { registry, repository } = await openTestRepository(t, {}, { authorization })
  const blob = testBlob()
  registry.inject({ kind: 'status', status: 401, early: true, match: { method: 'PUT' } })
  await repository.putBlob(blob, openBytes(blob.bytes))
  t.ok(await registry.blob('app', blob.digest))
  t.equal(renewals.at(-1), true)
})

t.test('fresh credentials that are refused too end it', async (t) => {
  for (const refusal of ['unauthorized', 'denied'] as const) {
    const { renewals, authorization } = counting()
    const { registry, repository } = await openTestRepository(
      t,
      judge({ token: 'Basic none' }, refusal),
      { authorization },
    )
    await t.rejects(repository.hasBlob(testBlob(1).digest), {
      code: 'REGISTRY_DENIED',
      message: /^HEAD .*: 40[13]\. Allow/,
    })
    t.strictSame(renewals, [false, true])
    t.equal(registry.journal.length, 2)
  }
})

t.test('a role that may read but not push costs one fresh token, not one a request', async (t) => {
  const { renewals, authorization } = counting()
  const { repository } = await openTestRepository(
    t,
    { authorize: ({ method }) => (method === 'POST' ? 'denied' : 'ok') },
    { authorization },
  )
  await t.rejects(pushImage(repository, smallImage()), { code: 'REGISTRY_DENIED' })
  await t.rejects(repository.putBlob(testBlob(1), openBytes(Buffer.from('x'))), {
    code: 'REGISTRY_DENIED',
  })
  t.strictSame(renewals, [false, true])
})

t.test('static credentials that are refused are not tried again', async (t) => {
  const { registry, repository } = await openTestRepository(t, judge({ token: '' }), {
    authorization: async () => 'Basic same',
  })
  await t.rejects(repository.getManifest('one'), { code: 'REGISTRY_DENIED' })
  t.strictSame(seen(registry), ['GET 401'])
})

t.test('an anonymous Bearer challenge is answered once for many requests', async (t) => {
  const asked: unknown[] = []
  const { registry, repository } = await openTestRepository(t, {
    ...judge({ token: 'Bearer anonymous' }),
    bearer: {
      issue: (request) => {
        asked.push(request)
        return 'anonymous'
      },
    },
  })
  const answers = await Promise.all(['a', 'b', 'c'].map((tag) => repository.getManifest(tag)))
  t.strictSame(answers, [undefined, undefined, undefined])
  t.same(asked, [{ authorization: undefined, scope: 'repository:app:pull', service: 'stand-in' }])
  t.equal(await repository.getManifest('d'), undefined)
  t.equal(seen(registry).at(-1), 'GET 404', 'the token is kept')
})

t.test(
  'a Bearer token that expires is bought again, with fresh credentials if need be',
  async (t) => {
    const valid = { token: 'Bearer 1' }
    const { renewals, authorization } = counting()
    let issued = 0
    const { repository } = await openTestRepository(
      t,
      {
        ...judge(valid),
        bearer: {
          issue: (request) =>
            request.authorization === `Basic ${renewals.length}` ? `${++issued}` : undefined,
        },
      },
      { authorization },
    )
    t.equal(await repository.getManifest('a'), undefined)
    t.strictSame(renewals, [false])
    valid.token = 'Bearer 2'
    t.equal(await repository.getManifest('a'), undefined)
    t.strictSame(renewals, [false])
    renewals.push(false)
    valid.token = 'Bearer 3'
    t.equal(await repository.getManifest('a'), undefined)
    t.strictSame(renewals, [false, false, true], 'the endpoint refused the old ones')
  },
)

t.test('a push token that expired does not stand in the way of reading', async (t) => {
  const valid = { token: 'Bearer 1' }
  let issued = 0
  const { repository } = await openTestRepository(t, {
    ...judge(valid),
    bearer: {
      issue: ({ scope }) => {
        valid.token = `Bearer ${++issued}-${scope}`
        return `${issued}-${scope}`
      },
    },
  })
  const image = smallImage()
  await pushImage(repository, image, 'one')
  const before = issued
  valid.token = 'Bearer none'
  t.equal((await repository.getManifest('one'))?.digest, image.manifest.digest)
  t.equal(issued, before + 1)
  t.match(valid.token, /:pull$/)
})

t.test('credentials do not go to a token endpoint of another origin', async (t) => {
  const asked: (string | undefined)[] = []
  let status = 200
  const foreign = createServer((request, response) => {
    asked.push(request.headers.authorization)
    response.writeHead(status).end('{"token":"anonymous"}')
  })
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve))
  t.teardown(() => foreign.close())
  const address = foreign.address()
  const realm = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/token`
  const { registry, repository } = await openTestRepository(
    t,
    judge({ token: 'Bearer anonymous' }),
    { authorization: async () => 'Basic c2VjcmV0OnNlY3JldA==' },
  )
  const headers = { 'www-authenticate': `Bearer realm="${realm}",service="x"` }
  const challenge = () => registry.inject({ kind: 'status', status: 401, headers, match: {} })
  challenge()
  t.equal(await repository.getManifest('one'), undefined, 'what anybody may read is read')
  status = 401
  challenge()
  await t.rejects(repository.getManifest('one'), {
    code: 'REGISTRY_DENIED',
    message: /It was asked without credentials: .* another origin/,
  })
  t.ok(asked.length >= 2)
  t.strictSame([...new Set(asked)], [undefined])
})

t.test('credentials do not follow a redirect to another origin', async (t) => {
  const { registry, repository } = await openTestRepository(
    t,
    { redirectBlobs: true, ...judge({ token: 'Basic secret' }) },
    { authorization: async () => 'Basic secret' },
  )
  const blob = testBlob()
  await repository.putBlob(blob, openBytes(blob.bytes))
  t.equal(await drain(repository.openBlob(blob)), blob.size)
  t.equal((await repository.getBlobTail(blob, 10)).length, 10)
  t.ok(seen(registry).includes('GET 307'))
})

t.test('redirects: uploads never, too many never, to plain http never', async (t) => {
  const { registry, repository } = await openTestRepository(t)
  const blob = testBlob(10)
  const target = `${registry.url}/v2/other/blobs/uploads/`
  for (const method of ['POST', 'PUT']) {
    registry.inject({ kind: 'redirect', location: target, match: { method } })
    await t.rejects(repository.putBlob(blob, openBytes(blob.bytes)), {
      code: 'REGISTRY_FAILED',
      message: new RegExp(`^${method} .*: 307\\. This redirect is not followed`),
    })
  }
  t.notOk(registry.journal.some(({ path }) => path.includes('other')))
  registry.inject({
    kind: 'redirect',
    location: 'http://registry.example/',
    match: { method: 'GET' },
  })
  await t.rejects(repository.getManifest('one'), {
    code: 'REGISTRY_INSECURE',
    message: /http:\/\/registry\.example, where http:\/\/127\.0\.0\.1:\d+ sends us, is not https/,
  })
  registry.inject({ kind: 'redirect', location: '/v2/app/manifests/one', times: 100 })
  await t.rejects(repository.getManifest('one'), { code: 'REGISTRY_FAILED', message: /307/ })
})

t.test('refusals at the very same time renew once', async (t) => {
  const { renewals, authorization } = counting()
  const authorizer = openAuthorizer(authorization, async () => 'Bearer none')
  const used = await authorizer.header('pull')
  const answer = { statusCode: 401, headers: {} }
  const again = await Promise.all([1, 2, 3].map(() => authorizer.renew('pull', used, answer, 1)))
  t.strictSame(again, [true, true, true])
  t.strictSame(renewals, [false, true])
})

t.test('what a registry says is cleaned, and its token hidden', async (t) => {
  const { registry, repository } = await openTestRepository(
    t,
    {},
    { authorization: async () => 'Basic c2VjcmV0' },
  )
  registry.inject({
    kind: 'status',
    status: 400,
    code: 'ODD\u001b[31m c2VjcmV0\n',
    match: { method: 'GET' },
  })
  await t.rejects(repository.getManifest('one'), {
    message: /: 400 ODD \[31m \*\*\* : injected\. Check/,
  })
})
