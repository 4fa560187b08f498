import { Readable } from 'node:stream'
import t, { type Test } from 'tap'

import { openAws } from '../../../../plugin/effects/aws/client.ts'
import { findEcrRepository, openEcrRepository } from '../../../../plugin/effects/aws/ecr.ts'
import { parseHostMap } from '../../../../plugin/effects/registry/host-map.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import type { Repository } from '../../../../plugin/ports.ts'
import { type AwsOptions, startAws } from '../../../stand-in/aws/index.ts'

const inventory = { inv: { aws: { region: 'us-west-2' } } }

async function start(t: Test, options: AwsOptions = {}) {
  const standIn = await startAws({ lambdaRules: false, ...options })
  t.teardown(() => standIn.close())
  Object.assign(process.env, standIn.environment)
  const aws = await openAws({ inventory })
  const hostMap = parseHostMap(standIn.environment['ARC_CONTAINER_IMAGES_REGISTRIES'] ?? '')
  return { standIn, aws, hostMap }
}

async function putBlob(repository: Repository, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  const mediaType = 'application/octet-stream'
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length }
  await repository.putBlob(descriptor, () => Readable.from([bytes]))
}

t.test('a repository that is missing is made, with its settings', async (t) => {
  const { standIn, aws, hostMap } = await start(t)
  t.equal(await findEcrRepository({ aws, name: 'app-images', hostMap }), undefined)
  t.strictSame(standIn.state.repositories, {}, 'looking makes nothing')
  const repository = await openEcrRepository({
    aws,
    name: 'app-images',
    hostMap,
    tags: { app: 'a' },
  })
  t.equal(repository.uri, '123456789012.dkr.ecr.us-west-2.amazonaws.com/app-images')
  t.match(standIn.state.repositories['app-images'], {
    mutability: 'IMMUTABLE',
    scanOnPush: true,
    tags: { app: 'a' },
  })
  await putBlob(repository, 'hello')
  t.ok(await repository.hasBlob(digestOf('hello')))

  const again = await openEcrRepository({ aws, name: 'app-images', hostMap })
  t.ok(await again.hasBlob(digestOf('hello')))
  const made = standIn.journal.filter(({ action }) => action === 'CreateRepository')
  t.equal(made.length, 1)
  const found = await findEcrRepository({ aws, name: 'app-images', hostMap })
  t.ok(await found?.hasBlob(digestOf('hello')))
})

t.test('two deploys make it at the same time', async (t) => {
  const { standIn, aws, hostMap } = await start(t)
  const both = await Promise.all([
    openEcrRepository({ aws, name: 'race', hostMap }),
    openEcrRepository({ aws, name: 'race', hostMap }),
  ])
  t.strictSame(new Set(both.map(({ uri }) => uri)).size, 1)
  t.match(
    standIn.journal.filter(({ action }) => action === 'CreateRepository'),
    [{ status: 200 }, { status: 400, error: 'RepositoryAlreadyExistsException' }],
  )
})

t.test('who may not make it is told the action', async (t) => {
  const { standIn, aws, hostMap } = await start(t)
  standIn.refuse({ service: 'ecr', action: 'CreateRepository', fault: 'AccessDenied' })
  await t.rejects(openEcrRepository({ aws, name: 'app-images', hostMap }), {
    code: 'AWS_DENIED',
    message: /^ecr:CreateRepository on repository 'app-images': AccessDeniedException/,
  })
  standIn.refuse({ service: 'ecr', action: 'GetAuthorizationToken', fault: 'AccessDenied' })
  await t.rejects(openEcrRepository({ aws, name: 'app-images', hostMap }), { code: 'AWS_DENIED' })
})

for (const expiredTokens of ['unauthorized', 'denied'] as const) {
  t.test(`a token that ends in the middle of a push (${expiredTokens})`, async (t) => {
    const { standIn, aws, hostMap } = await start(t, { expiredTokens })
    const repository = await openEcrRepository({ aws, name: 'app-images', hostMap })
    await putBlob(repository, 'before')
    standIn.expireTokens()
    await Promise.all(['a1', 'b2', 'c3', 'd4'].map((text) => putBlob(repository, text)))
    t.ok(await repository.hasBlob(digestOf('d4')))
    const tokens = standIn.journal.filter(({ action }) => action === 'GetAuthorizationToken')
    t.equal(tokens.length, 2, 'one at the start and one for all uploads together')
  })
}
