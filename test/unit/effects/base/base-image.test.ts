import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { openBaseImages, resolveBaseImage } from '../../../../plugin/effects/base/base-image.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { platformOf } from '../../../../plugin/oci/platform.ts'
import { pushImage } from '../../../contracts/registry.ts'
import { type RegistryOptions, startRegistry } from '../../../stand-in/registry/index.ts'
import { smallImage, smallIndex } from '../../../stand-in/registry/small-image.ts'

const arm64 = platformOf('arm64')
const amd64 = platformOf('x86_64')
const name = 'public.ecr.aws/lambda/nodejs:24'

/** A registry that holds `lambda/nodejs:24` for both platforms, and what to resolve it with. */
async function startBase(
  t: Test,
  family: 'oci' | 'docker' = 'docker',
  options: RegistryOptions = {},
) {
  const registry = await startRegistry(options)
  t.teardown(() => registry.close())
  const images = {
    arm64: smallImage({ family }),
    amd64: smallImage({ family, architecture: 'amd64' }),
  }
  const index = smallIndex(
    family,
    Object.entries(images).map(([architecture, { manifest }]) => ({
      manifest,
      platform: { os: 'linux', architecture },
    })),
  )
  const repository = openRepository({ uri: `${registry.host}/lambda/nodejs` })
  for (const image of Object.values(images)) await pushImage(repository, image)
  await repository.putManifest(index.bytes, index.mediaType, '24')
  const hostMap = new Map([['public.ecr.aws', registry.url]])
  const before = registry.journal.length
  const requests = () =>
    registry.journal.slice(before).map(({ method, path }) => `${method} ${path.split('/').at(-2)}`)
  return {
    registry,
    images,
    index,
    repository,
    hostMap,
    requests,
    options: { hostMap, retry: { baseDelay: 1 } },
  }
}

for (const family of ['oci', 'docker'] as const) {
  t.test(`the platform's own manifest, in its own family: ${family}`, async (t) => {
    const { images, options, requests } = await startBase(t, family)
    const base = await resolveBaseImage(name, amd64, options)
    t.equal(base.digest, images.amd64.manifest.digest)
    t.equal(base.reference, name)
    t.equal(base.repository.uri, 'public.ecr.aws/lambda/nodejs')
    t.strictSame(requests(), ['GET manifests'], 'one request until more is wanted')
    t.same(await base.manifest(), JSON.parse(String(images.amd64.manifest.bytes)))
    t.same(await base.config(), images.amd64.json)
    await Promise.all([base.manifest(), base.config()])
    t.strictSame(requests(), ['GET manifests', 'GET manifests', 'GET blobs'], 'never HEAD')
  })
}

t.test('a single manifest counts when its config is of the platform', async (t) => {
  const { registry, images, options, repository } = await startBase(t)
  const { bytes, mediaType, digest } = images.arm64.manifest
  await repository.putManifest(bytes, mediaType, 'single')
  const single = 'public.ecr.aws/lambda/nodejs:single'
  const base = await resolveBaseImage(single, arm64, options)
  t.equal(base.digest, digest)
  t.same(await base.config(), images.arm64.json)
  await t.rejects(resolveBaseImage(single, amd64, options), {
    code: 'BASE_PLATFORM_MISSING',
    message: `${single} offers linux/arm64, not linux/amd64. Choose a base that publishes linux/amd64.`,
  })
  t.ok(registry)
})

t.test('an index that promises what its image is not', async (t) => {
  const { images, options, repository } = await startBase(t)
  const platform = { os: 'linux', architecture: 'arm64' }
  const lying = smallIndex('docker', [{ manifest: images.amd64.manifest, platform }])
  await repository.putManifest(lying.bytes, lying.mediaType, 'lying')
  const base = await resolveBaseImage('public.ecr.aws/lambda/nodejs:lying', arm64, options)
  await t.rejects(base.config(), { code: 'BASE_PLATFORM_MISSING', message: /offers linux\/amd64/ })
})

t.test('resolved once, however many ask at the same time', async (t) => {
  const { options, requests, registry } = await startBase(t)
  const resolve = openBaseImages(options)
  const all = await Promise.all([name, name, name].map((reference) => resolve(reference, arm64)))
  t.equal(new Set(all).size, 1)
  t.strictSame(requests(), ['GET manifests'])
  await resolve(name, amd64)
  t.equal(requests().length, 2)
  registry.inject({ kind: 'status', status: 403 })
  await t.rejects(resolve('public.ecr.aws/lambda/nodejs:25', arm64), { code: 'REGISTRY_DENIED' })
  await t.rejects(resolve('public.ecr.aws/lambda/nodejs:25', arm64), {
    code: 'BASE_MISSING',
    message:
      "public.ecr.aws/lambda/nodejs:25 is not there: the registry does not know '25'. Check the name and tag of the base.",
  })
})

t.test('the cache: nothing is asked twice by digest, and damage is noticed', async (t) => {
  const { options, requests, index, images } = await startBase(t)
  const cacheDirectory = t.testdir()
  const pinned = `public.ecr.aws/lambda/nodejs@${index.digest}`
  const read = async (platform: typeof arm64, reference = pinned) => {
    const base = await resolveBaseImage(reference, platform, { ...options, cacheDirectory })
    return [base.digest, (await base.manifest()).config.digest, (await base.config()).architecture]
  }
  const expected = [images.arm64.manifest.digest, images.arm64.config.digest, 'arm64']
  t.strictSame(await read(arm64), expected)
  t.equal(requests().length, 3)
  t.strictSame(await read(arm64), expected)
  t.strictSame(
    await read(arm64, `public.ecr.aws/lambda/nodejs@${images.arm64.manifest.digest}`),
    expected,
  )
  t.equal(requests().length, 3, 'no network at all, also for the manifest itself')
  t.strictSame(await read(arm64, name), expected)
  t.equal(requests().length, 4, 'a tag is asked again')

  const folder = join(cacheDirectory, 'sha256')
  const names = await readdir(folder)
  t.strictSame(
    names.toSorted().map((entry) => `sha256:${entry}`),
    [index.digest, images.arm64.manifest.digest, images.arm64.config.digest].toSorted(),
  )
  for (const entry of names) await writeFile(join(folder, entry), 'damaged')
  t.strictSame(await read(arm64), expected)
  t.equal(requests().length, 7)
  t.strictSame(await read(arm64), expected)
  t.equal(requests().length, 7, 'and mended')
})

t.test('a cache that cannot be written is only slower', async (t) => {
  const { options, images } = await startBase(t)
  const file = join(t.testdir({ file: '' }), 'file')
  const base = await resolveBaseImage(name, arm64, { ...options, cacheDirectory: file })
  t.equal((await base.config()).architecture, 'arm64')
  t.equal(base.digest, images.arm64.manifest.digest)
})

t.test('Bearer for all, Basic for those who have it', async (t) => {
  const issued: (string | undefined)[] = []
  const { options } = await startBase(t, 'docker', {
    bearer: { issue: ({ authorization }) => (issued.push(authorization), 'token') },
    authorize: ({ authorization }) => (authorization === 'Bearer token' ? 'ok' : 'unauthorized'),
  })
  issued.length = 0
  await (await resolveBaseImage(name, arm64, options)).config()
  t.strictSame(issued, [undefined], 'one token for index, manifest and config')
  const asked: string[] = []
  const authorization = (registry: string) => {
    asked.push(registry)
    return async () => 'Basic mine'
  }
  await resolveBaseImage(name, arm64, { ...options, authorization })
  t.strictSame(asked, ['public.ecr.aws'])
  t.strictSame(issued, [undefined, 'Basic mine'])
})

t.test('what is served has to be an image', async (t) => {
  const { registry, options } = await startBase(t)
  const wrong = { kind: 'wrong-digest', match: { path: /manifests\/24/ } } as const
  for (const fault of [wrong, wrong]) registry.inject(fault)
  await t.rejects(resolveBaseImage(name, arm64, options), { code: 'REGISTRY_CONTENT_INVALID' })
  await t.rejects(
    resolveBaseImage(`public.ecr.aws/lambda/nodejs@${digestOf('x')}`, arm64, options),
    {
      code: 'BASE_MISSING',
    },
  )
  await t.rejects(resolveBaseImage('Public/Node', arm64, options), { code: 'REFERENCE_INVALID' })
})
