import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { openBaseCredentials } from '../../../../plugin/effects/base/base-credentials.ts'
import { openBaseDigests } from '../../../../plugin/effects/base/base-digest.ts'
import { openBaseImages } from '../../../../plugin/effects/base/base-image.ts'
import { dockerLogin } from '../../../../plugin/effects/base/docker-login.ts'
import { ContainerImageError } from '../../../../plugin/errors.ts'
import { platformOf } from '../../../../plugin/oci/platform.ts'
import { pushBaseImage } from '../../../stand-in/inputs/base-image.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'

const ecr = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

/** A base that only one login may read, once it is pushed. */
async function startPrivate(t: Test, registry: string, login: string) {
  const state = { open: true }
  const stand = await startRegistry({
    authorize: ({ authorization }) =>
      state.open || authorization === login ? 'ok' : 'unauthorized',
  })
  t.teardown(() => stand.close())
  await pushBaseImage({ registry: stand, repository: 'bases/nodejs' })
  state.open = false
  const hostMap = new Map([[registry, stand.url]])
  return { reference: `${registry}/bases/nodejs:24`, hostMap, retry: { baseDelay: 1 } }
}

const noAws = async () => {
  throw new ContainerImageError('AWS_CREDENTIALS_MISSING', 'none')
}

t.test('a base in private ECR is read by the token of those who deploy', async (t) => {
  const regions: string[] = []
  const authorization = openBaseCredentials({
    async aws(region) {
      regions.push(region)
      const token = basic('AWS:token').slice('Basic '.length)
      const authorizationData = [{ authorizationToken: token, expiresAt: Date.now() / 1000 + 9999 }]
      return { ecr: async () => ({ authorizationData }) }
    },
    environment: { DOCKER_CONFIG: t.testdir() },
  })
  const { reference, ...options } = await startPrivate(t, ecr, basic('AWS:token'))
  const resolveBase = openBaseImages({ ...options, authorization })
  const base = await resolveBase(reference, platformOf('arm64'))
  for await (const chunk of base.repository.openBlob((await base.manifest()).layers[0] ?? never()))
    t.ok(chunk.length > 0)
  const resolveDigest = openBaseDigests({ ...options, resolveBase, authorization })
  t.match(await resolveDigest(reference, 'any'), /^sha256:/)
  t.strictSame(regions, ['eu-west-1'], 'asked once, in the region of the registry')
})

t.test("elsewhere docker's own logins are used", async (t) => {
  const auth = Buffer.from('ada:lovelace').toString('base64')
  const { reference, ...options } = await startPrivate(t, 'ghcr.io', basic('ada:lovelace'))
  const resolve = (config: object) => {
    const folder = t.testdir({ 'config.json': JSON.stringify(config) })
    const environment = { DOCKER_CONFIG: folder }
    const authorization = openBaseCredentials({ aws: noAws, environment })
    return openBaseImages({ ...options, authorization })(reference, platformOf('arm64'))
  }
  t.equal((await resolve({ auths: { 'ghcr.io': { auth } } })).reference, reference)
  await t.rejects(resolve({ auths: { 'other.example': { auth } } }), {
    code: 'REGISTRY_DENIED',
    message:
      /^The base ghcr\.io\/bases\/nodejs:24 cannot be read: GET .*401.*\. It may be private.*'docker login ghcr\.io'/,
  })
})

t.test('ECR is read by a login of docker where AWS knows nobody', async (t) => {
  const auth = Buffer.from('AWS:older').toString('base64')
  const environment = {
    DOCKER_CONFIG: t.testdir({ 'config.json': JSON.stringify({ auths: { [ecr]: { auth } } }) }),
  }
  const { reference, ...options } = await startPrivate(t, ecr, basic('AWS:older'))
  const authorization = openBaseCredentials({ aws: noAws, environment })
  const resolve = openBaseImages({ ...options, authorization })
  t.ok(await resolve(reference, platformOf('arm64')))
  const without = openBaseCredentials({ aws: noAws, environment: { DOCKER_CONFIG: '/nowhere' } })
  await t.rejects(
    openBaseImages({ ...options, authorization: without })(reference, platformOf('arm64')),
    { code: 'AWS_CREDENTIALS_MISSING' },
  )
})

t.test('a role that may not read the base', async (t) => {
  const { reference, ...options } = await startPrivate(t, ecr, basic('somebody else'))
  const aws = async () => ({
    ecr: async () => ({ authorizationData: [{ authorizationToken: 'x', expiresAt: 9e9 }] }),
  })
  const authorization = openBaseCredentials({ aws, environment: { DOCKER_CONFIG: '/nowhere' } })
  await t.rejects(openBaseImages({ ...options, authorization })(reference, platformOf('arm64')), {
    code: 'REGISTRY_DENIED',
    message: /ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on repository 'bases\/nodejs'/,
  })
})

t.test('logins as docker keeps them', async (t) => {
  const folder = t.testdir()
  const helper = join(folder, 'docker-credential-test')
  await writeFile(
    helper,
    `#!/bin/sh\nread host\n[ "$host" = gone.example ] && exit 1\necho "{\\"Username\\":\\"$host\\",\\"Secret\\":\\"s\\"}"\n`,
  )
  await chmod(helper, 0o755)
  const environment = { DOCKER_CONFIG: folder, PATH: `${folder}:/usr/bin:/bin` }
  const login = async (registry: string, config: object) => {
    await writeFile(join(folder, 'config.json'), JSON.stringify(config))
    return dockerLogin(registry, environment)
  }
  t.equal(await login('a.example', {}), undefined)
  t.equal(await login('a.example', { credsStore: 'test' }), basic('a.example:s'))
  const credHelpers = { 'a.example': 'test' }
  t.equal(await login('a.example', { credHelpers }), basic('a.example:s'))
  t.equal(await login('b.example', { credHelpers }), undefined)
  const auths = { 'gone.example': { username: 'u', password: 'p' } }
  t.equal(await login('gone.example', { credsStore: 'test', auths }), basic('u:p'))
  t.equal(await login('gone.example', { credsStore: 'missing', auths }), basic('u:p'))
  const hub = { 'https://index.docker.io/v1/': { auth: 'dTpw' } }
  t.equal(await login('docker.io', { auths: hub }), basic('u:p'))
  t.equal(
    await login('a.example', { auths: { 'https://a.example': { auth: 'dTpw' } } }),
    basic('u:p'),
  )
})

function never(): never {
  throw new Error('no layer')
}
