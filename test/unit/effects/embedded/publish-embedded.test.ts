import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'

import { unpackTar } from 'modern-tar'
import t from 'tap'

import { readImageSettings } from '../../../../plugin/core/settings/read-settings.ts'
import type { PlannedImage } from '../../../../plugin/core/model.ts'
import { resolveBaseImage } from '../../../../plugin/effects/base/base-image.ts'
import { ensureLockfile } from '../../../../plugin/effects/dependencies/ensure-lockfile.ts'
import { settleDefinition } from '../../../../plugin/effects/dependencies/settle-definition.ts'
import { publishEmbedded } from '../../../../plugin/effects/embedded/publish-embedded.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { parseOciConfig } from '../../../../plugin/oci/config.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { parseManifest } from '../../../../plugin/oci/manifest.ts'
import { platformOf } from '../../../../plugin/oci/platform.ts'
import type { Bundle } from '../../../../plugin/ports/bundle.ts'
import type { ProgressEvent } from '../../../../plugin/ports/progress.ts'
import { file, smallLayer } from '../../../stand-in/inputs/base-image-layers.ts'
import { pushBaseImage } from '../../../stand-in/inputs/base-image.ts'
import { elfFile } from '../../../stand-in/inputs/elf-file.ts'
import { startNpmRegistry } from '../../../stand-in/registry/npm-registry.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'

const npm = await startNpmRegistry([
  {
    manifest: {
      name: 'db',
      version: '1.0.0',
      optionalDependencies: { 'db-linux-arm64': '1.0.0', 'db-linux-x64': '1.0.0', ai: '1.0.0' },
    },
  },
  { manifest: { name: 'ai', version: '1.0.0' } },
  { manifest: { name: 'modern', version: '1.0.0', type: 'module', exports: './index.js' } },
  ...(['arm64', 'x64'] as const).map((cpu) => ({
    manifest: { name: `db-linux-${cpu}`, version: '1.0.0', os: ['linux'], cpu: [cpu] },
    files: {
      'db.node': elfFile({
        machine: cpu === 'arm64' ? 'arm64' : 'x86_64',
        versions: [cpu === 'arm64' ? 'GLIBC_2.17' : 'GLIBC_2.99'],
      }),
    },
  })),
])
const registry = await startRegistry()
t.teardown(() => Promise.all([npm.close(), registry.close()]))
const { reference } = await pushBaseImage({ registry })

const folder = t.testdir({
  docker: {
    db: {
      'package.json': JSON.stringify({ dependencies: { db: '1.0.0' } }),
      '.npmrc': `registry=${npm.url}\n`,
    },
    empty: { 'package.json': '{}' },
    modern: {
      'package.json': JSON.stringify({ dependencies: { modern: '1.0.0' } }),
      '.npmrc': `registry=${npm.url}\n`,
    },
  },
})
const cacheDirectory = join(folder, 'cache')

function imageAt(name: string, more: Partial<PlannedImage> = {}): PlannedImage {
  return {
    name,
    architecture: 'arm64',
    nodeVersion: 24,
    base: reference,
    definition: { kind: 'package', directory: join(folder, 'docker', name), packageManager: 'npm' },
    settings: { ...readImageSettings(), omit: ['ai'] },
    functions: [],
    ...more,
  }
}

const { image } = await ensureLockfile(imageAt('db'), { cacheDirectory })

function bundleOf(code: string): Bundle {
  const file = (path: string) => ({
    path: `var/task/${path}`,
    source: { kind: 'bytes' as const, bytes: Buffer.from(code) },
    executable: false,
  })
  const files = [file('http/get-index/index.js'), file('http/get-index/package.json')]
  return { files, digest: digestOf(code), notes: [] }
}

let uses = 0
async function publish(
  code: string,
  options: {
    image?: PlannedImage
    cache?: string
    repository?: string
    tag?: string
    base?: string
  } = {},
) {
  const planned = options.image ?? image
  const cache = options.cache ?? cacheDirectory
  const platform = platformOf(planned.architecture)
  const base = await resolveBaseImage(options.base ?? reference, platform, {
    cacheDirectory: cache,
  })
  const uri = `${registry.host}/${options.repository ?? 'app'}`
  const from = registry.journal.length
  const events: ProgressEvent[] = []
  const published = await publishEmbedded({
    image: planned,
    definition: await settleDefinition(planned),
    bundle: bundleOf(code),
    base,
    repository: openRepository({ uri, retry: { attempts: 2, baseDelay: 1 } }),
    tag: options.tag ?? `tag-${++uses}`,
    cacheDirectory: cache,
    progress: (event) => events.push(event),
    vouches: async () => true,
  })
  const journal = registry.journal.slice(from)
  const count = (method: string) => journal.filter((it) => it.method === method).length
  return { ...published, base, events, requests: journal.length, journal, count }
}

function sentBy({ parts }: { parts: readonly { part: string; sent: number }[] }) {
  return Object.fromEntries(parts.map(({ part, sent }) => [part, sent > 0]))
}

t.test('a first image, whole: base, dependencies, app', async (t) => {
  const published = await publish('one', { tag: 'first' })
  t.same(sentBy(published), { base: true, dependencies: true, app: true })
  const served = await registry.manifest('app', 'first')
  t.equal(served?.digest, published.digest)
  const manifest = parseManifest(served?.bytes ?? Buffer.alloc(0), served?.mediaType ?? '')
  t.match(manifest.mediaType, /docker/, 'as the base')
  const baseLayers = (await published.base.manifest()).layers
  t.same(manifest.layers.slice(0, -2), baseLayers)

  const config = parseOciConfig(
    (await registry.blob('app', manifest.config.digest)) ?? Buffer.alloc(0),
  )
  t.match(config, {
    architecture: 'arm64',
    config: { Entrypoint: ['/lambda-entrypoint.sh'], WorkingDir: '/var/task' },
  })
  t.equal(config.config?.Labels?.['dev.arc-plugin-container-images.image'], 'db')
  const names: string[][] = []
  for (const [index, layer] of manifest.layers.entries()) {
    const bytes = gunzipSync((await registry.blob('app', layer.digest)) ?? Buffer.alloc(0))
    t.equal(digestOf(bytes), config.rootfs.diff_ids[index])
    names.push((await unpackTar(bytes)).map(({ header }) => header.name))
  }
  t.same(names.slice(-2), [
    [
      'var/',
      'var/task/',
      'var/task/node_modules/',
      'var/task/node_modules/db/',
      'var/task/node_modules/db-linux-arm64/',
      'var/task/node_modules/db-linux-arm64/db.node',
      'var/task/node_modules/db-linux-arm64/package.json',
      'var/task/node_modules/db/package.json',
    ],
    [
      'var/',
      'var/task/',
      'var/task/http/',
      'var/task/http/get-index/',
      'var/task/http/get-index/index.js',
      'var/task/http/get-index/package.json',
    ],
  ])
  t.match(published.dependencies, {
    layers: [
      {
        packages: [
          { name: 'db', version: '1.0.0' },
          { name: 'db-linux-arm64', version: '1.0.0' },
        ],
      },
    ],
    direct: { db: '1.0.0' },
    leftOut: [{ package: 'ai@1.0.0', reason: 'omitted' }],
    glibc: { version: '2.17' },
  })
  const steps = new Set(published.events.map(({ step, state }) => `${step} ${state}`))
  for (const step of ['install start', 'layer done', 'blob done', 'manifest done']) {
    t.ok(steps.has(step), step)
  }
})

t.test('changed code sends code only, also from a machine that knows nothing', async (t) => {
  const warm = await publish('two')
  t.same(sentBy(warm), { base: false, dependencies: false, app: true })
  t.equal(warm.count('GET'), 1, 'the tag of the dependencies')
  t.equal(warm.count('HEAD'), 0, 'what was made just now is not asked for')
  t.equal(warm.requests, 6)

  const installs = npm.requests.length
  const fresh = await publish('three', { cache: join(folder, 'other-machine') })
  t.same(sentBy(fresh), { base: false, dependencies: false, app: true })
  t.equal(npm.requests.length, installs)
  t.notOk((await readdir(join(folder, 'other-machine'))).includes('installs'))
  t.same(fresh.dependencies, warm.dependencies)
  t.equal(fresh.uncompressedSize, warm.uncompressedSize)
})

t.test('of layer and config, sent side by side, one fails: the other ends first', async (t) => {
  for (const slow of [0, 1]) {
    const match = { method: 'PUT', path: /\/blobs\// }
    registry.inject({ kind: 'slow', delayMs: 100, match, skip: slow })
    registry.inject({ kind: 'status', status: 403, code: 'DENIED', match })
    const from = registry.journal.length
    await t.rejects(publish(`half ${slow}`, { tag: `half-${slow}` }), {
      code: 'REGISTRY_DENIED',
      message: /PUT .*\/blobs\/uploads\/.*: 403 DENIED.*ecr:UploadLayerPart/,
    })
    const ended = registry.journal.slice(from)
    registry.heal()
    t.ok(ended.filter(({ method }) => method === 'PUT').length >= 2, 'both were sent')
    t.notOk(
      ended.some(({ status }) => status === 0),
      'and answered',
    )
    t.notOk(
      ended.some(({ path }) => path.includes('half-')),
      'no tag',
    )
    await sleep(50)
    t.equal(registry.journal.length, from + ended.length, 'nothing goes on')
    await publish(`half ${slow}`, { tag: `half-${slow}` })
  }
})

t.test('the same input gives the same image, in another repository and cache', async (t) => {
  const one = await publish('same')
  const cache = join(folder, 'third-machine')
  const two = await publish('same', { cache, repository: 'other' })
  t.equal(two.digest, one.digest)
  t.same(sentBy(two), { base: true, dependencies: true, app: true })
})

t.test('a base that another repository was given before is not fetched again', async (t) => {
  const { journal, ...again } = await publish('elsewhere', { repository: 'elsewhere' })
  t.match(sentBy(again), { base: true })
  t.strictSame(
    // Their last bytes, which tell their size, are asked of where they are now.
    journal.filter(
      ({ method, path, status }) => method === 'GET' && path.includes('/blobs/') && status === 200,
    ),
    [],
  )
})

t.test('a cached layer that is damaged is made again and never arrives', async (t) => {
  const layers = join(cacheDirectory, 'layers')
  const { digest } = await publish('damage', { repository: 'before-damage' })
  for (const [kind, spoil] of [
    ['empty', (file: string) => truncate(file, 0)],
    [
      'other bytes',
      async (file: string) => {
        const bytes = await readFile(file)
        if (bytes.length > 60) await writeFile(file, bytes.fill(7, 50, 60))
      },
    ],
  ] as const) {
    const before = await readdir(layers)
    for (const name of before) await spoil(join(layers, name))
    const published = await publish('damage', { repository: `damaged-${kind.length}` })
    t.equal(published.digest, digest, kind)
  }
  await rm(join(cacheDirectory, 'layers'), { recursive: true })
  t.equal((await publish('damage', { repository: 'deleted' })).digest, digest)
})

t.test('blobs that were believed to be there and are not are sent again', async (t) => {
  const directory = t.testdir()
  const forgetful = await startRegistry({ directory })
  t.teardown(() => forgetful.close())
  const base = await resolveBaseImage(reference, platformOf('arm64'))
  const definition = await settleDefinition(image)
  const push = (code: string, tag: string, presence?: 'asked') =>
    publishEmbedded({
      image,
      ...(presence && { presence }),
      definition,
      bundle: bundleOf(code),
      base,
      // A client of its own, as every deploy has.
      repository: openRepository({ uri: `${forgetful.host}/app`, retry: { attempts: 1 } }),
      tag,
      cacheDirectory,
      progress: () => undefined,
    })
  const first = await push('a', 'a')
  t.same(sentBy(first), { base: true, dependencies: true, app: true })
  t.same(sentBy(await push('b', 'b')), { base: false, dependencies: false, app: true })
  const layers = [
    ...(await base.manifest()).layers.map(({ digest }) => digest),
    ...(first.dependencies?.layers ?? []).map(({ digest }) => digest),
  ]
  const known = join(directory, 'repositories', 'app', 'blobs')
  for (const digest of layers) await rm(join(known, digest.slice('sha256:'.length)))
  t.same(sentBy(await push('c', 'c')), { base: true, dependencies: true, app: true })

  // An emptied repository: the base is remembered, the dependencies are sent before that shows.
  const tags = await forgetful.tags('app')
  for (const tag of tags.keys()) if (tag.startsWith('deps-')) await forgetful.removeTag('app', tag)
  const force = { force: true }
  for (const digest of layers) await rm(join(known, digest.slice('sha256:'.length)), force)
  t.same(sentBy(await push('e', 'e')), { base: true, dependencies: true, app: true })

  // One that the deploy has found empty: what is remembered of it is not even tried.
  for (const tag of (await forgetful.tags('app')).keys()) await forgetful.removeTag('app', tag)
  for (const digest of layers) await rm(join(known, digest.slice('sha256:'.length)), force)
  const from = forgetful.journal.length
  t.same(sentBy(await push('f', 'f', 'asked')), { base: true, dependencies: true, app: true })
  const refused = forgetful.journal
    .slice(from)
    .filter(({ method, status }) => method === 'PUT' && status >= 400)
  t.strictSame(refused, [])

  forgetful.inject({ kind: 'status', status: 403, match: { method: 'PUT', path: /manifests\/d/ } })
  await t.rejects(push('d', 'd'), { code: /^REGISTRY_/ }, 'another error stands as it is')
})

t.test('two images at once share one base', async (t) => {
  const repository = openRepository({ uri: `${registry.host}/shared` })
  const base = await resolveBaseImage(reference, platformOf('arm64'))
  const definition = await settleDefinition(image)
  const input = { definition, base, repository, cacheDirectory, progress: () => undefined }
  const [one, two] = await Promise.all([
    publishEmbedded({ ...input, image, bundle: bundleOf('1'), tag: 'one' }),
    publishEmbedded({ ...input, image, bundle: bundleOf('2'), tag: 'two' }),
  ])
  const sent = [...one.parts, ...two.parts].reduce((sum, part) => sum + part.sent, 0)
  const received = registry.journal
    .filter(({ method, path }) => method === 'PUT' && path.startsWith('/v2/shared/blobs'))
    .reduce((sum, entry) => sum + entry.received, 0)
  t.ok(sent <= received, `${sent} of ${received} bytes are told`)
  const digests = registry.journal
    .filter(({ method, path }) => method === 'PUT' && path.startsWith('/v2/shared/blobs'))
    .map(({ path }) => path.split('digest=')[1])
  t.equal(new Set(digests).size, digests.length, 'nothing was sent twice')
})

t.test('an image without packages has no layer for them', async (t) => {
  const { image: planned } = await ensureLockfile(imageAt('empty'), { cacheDirectory })
  const published = await publish('none', { image: planned })
  t.same(
    published.parts.map(({ part }) => part),
    ['base', 'app'],
  )
  t.equal(published.dependencies, undefined)
})

t.test('what does not fit stops before anything of it is sent', async (t) => {
  const x64 = { ...image, architecture: 'x86_64' as const }
  const from = registry.journal.length
  const aws = { ...x64, base: 'public.ecr.aws/lambda/nodejs:24' }
  await t.rejects(publish('unfit', { image: aws, repository: 'unfit', tag: 'unfit' }), {
    code: 'DEPENDENCIES_UNFIT',
    message: /db-linux-x64\/db\.node needs glibc 2\.99, and .* has 2\.34/,
  })
  const puts = registry.journal.slice(from).filter(({ method }) => method === 'PUT')
  t.notOk(puts.some(({ path }) => path.includes('manifests')))
  const typo = { ...image, settings: { ...image.settings, omit: ['a1'] } }
  await t.rejects(publish('typo', { image: typo }), { code: 'DEPENDENCIES_UNFIT', message: /a1/ })
})

t.test('a tag that was taken meanwhile is told as such', async (t) => {
  const strict = await startRegistry({ repository: () => ({ immutableTags: true }) })
  t.teardown(() => strict.close())
  const base = await resolveBaseImage(reference, platformOf('arm64'))
  const definition = await settleDefinition(image)
  const push = (code: string) =>
    publishEmbedded({
      image,
      definition,
      bundle: bundleOf(code),
      base,
      repository: openRepository({ uri: `${strict.host}/app` }),
      tag: 'same',
      cacheDirectory,
      progress: () => undefined,
    })
  await push('a')
  await t.rejects(push('b'), { code: 'TAG_TAKEN' })
})

t.test('more than Lambda takes is refused before the tag is set', async (t) => {
  const more = await Promise.all(['a', 'b'].map((name) => smallLayer(name, [file(name, name)])))
  const large = await pushBaseImage({ registry, repository: 'lambda/large', more })
  const push = () => publish('large', { tag: 'large', base: large.reference })
  const records = async (record: string) => {
    const names = await readdir(join(cacheDirectory, 'bases'))
    for (const name of names) await writeFile(join(cacheDirectory, 'bases', name), record)
  }
  await records('{"uncompressedSize":11000000000}')
  await publish('large', { tag: 'two-layers-cannot-have-so-many-bytes' })
  await push()
  for (const nonsense of ['99e12', '-1e30', '"1"', '0.5']) {
    await records(`{"uncompressedSize":${nonsense}}`)
    await publish(nonsense)
  }
  await push()
  await records('{"uncompressedSize":11000000000}')
  await registry.removeTag('app', 'large')
  await t.rejects(push(), {
    code: 'IMAGE_TOO_LARGE',
    message:
      /^Image 'db' is at least 10\.24 GiB uncompressed \(base 11 GB, dependencies .*\), and Lambda takes 10 GiB/,
  })
  t.equal(await registry.manifest('app', 'large'), undefined)
})
