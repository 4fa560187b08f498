import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import { largePackage } from '../../../../plugin/core/dependencies/group-packages.ts'
import type { PlannedImage } from '../../../../plugin/core/model.ts'
import { resolveBaseImage } from '../../../../plugin/effects/base/base-image.ts'
import { ensureLockfile } from '../../../../plugin/effects/dependencies/ensure-lockfile.ts'
import { settleDefinition } from '../../../../plugin/effects/dependencies/settle-definition.ts'
import { proveEmbedded } from '../../../../plugin/effects/embedded/prove-embedded.ts'
import type { EmbeddedInput } from '../../../../plugin/effects/embedded/embedded-input.ts'
import { publishEmbedded } from '../../../../plugin/effects/embedded/publish-embedded.ts'
import { packagesOfImages } from '../../../../plugin/effects/embedded/packages-of-images.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { platformOf } from '../../../../plugin/oci/platform.ts'
import type { Repository } from '../../../../plugin/ports/repository.ts'
import { pushBaseImage } from '../../../stand-in/inputs/base-image.ts'
import { type Planting, plantImage, replaced } from '../../../stand-in/inputs/plant-image.ts'
import { startNpmRegistry } from '../../../stand-in/registry/npm-registry.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'

const npm = await startNpmRegistry([
  { manifest: { name: 'tool', version: '1.0.0' }, files: { 'index.js': 'exports.is = "good"\n' } },
  // Large enough for a layer of its own.
  {
    manifest: { name: 'model', version: '1.0.0' },
    files: { 'weights.bin': Buffer.concat([Buffer.from('real'), Buffer.alloc(largePackage)]) },
  },
])
const registry = await startRegistry({ lambdaRules: false })
t.teardown(() => Promise.all([npm.close(), registry.close()]))
const { reference } = await pushBaseImage({ registry })
const folder = t.testdir({
  docker: {
    db: {
      'package.json': JSON.stringify({ dependencies: { tool: '1.0.0', model: '1.0.0' } }),
      '.npmrc': `registry=${npm.url}\n`,
    },
  },
})
const cacheDirectory = join(folder, 'cache')
const { image } = await ensureLockfile(
  {
    name: 'db',
    architecture: 'arm64',
    nodeVersion: 24,
    base: reference,
    definition: { kind: 'package', directory: join(folder, 'docker/db'), packageManager: 'npm' },
    settings: {
      define: [],
      defineSecret: [],
      external: [],
      include: [],
      exclude: [],
      omit: [],
      scriptsNotNeeded: [],
      startCheck: 'off',
    },
    functions: [],
  } satisfies PlannedImage,
  { cacheDirectory },
)
const code = 'exports.handler = async () => "good"\n'
const bundle = {
  files: [
    {
      path: 'var/task/http/get-index/index.cjs',
      source: { kind: 'bytes' as const, bytes: Buffer.from(code) },
      executable: false,
    },
  ],
  digest: digestOf(code),
  notes: [],
}

const open = (name: string): Repository => openRepository({ uri: `${registry.host}/${name}` })
const depsTag = async (name: string): Promise<string> =>
  [...(await registry.tags(name)).keys()].find((tag) => tag.startsWith('deps-')) ?? ''

async function inputOf(repository: Repository, cache = cacheDirectory) {
  const base = await resolveBaseImage(reference, platformOf('arm64'), { cacheDirectory: cache })
  const definition = await settleDefinition(image)
  const progress = () => undefined
  return {
    image,
    definition,
    bundle,
    base,
    repository,
    tag: 'own',
    cacheDirectory: cache,
    progress,
  }
}

/** Proves what a tag names, as a machine that has not built it. */
async function prove(repository: Repository, tag: string, cache = cacheDirectory): Promise<void> {
  const served = await repository.getManifest(tag)
  if (served === undefined) throw new Error(`no ${tag}`)
  await proveEmbedded({ ...(await inputOf(repository, cache)), tag }, served)
}

const repository = open('app')
const { digest } = await publishEmbedded(await inputOf(repository))

/** With the two layers of packages in the other order, which are below the topmost one. */
function swapped(list: unknown): unknown[] {
  const all = [list].flat()
  const at = all.length > 2 ? -3 : 0
  const two = all.slice(at, at === 0 ? undefined : -1)
  return all.toSpliced(at, 2, ...two.toReversed())
}

const attacks: Record<string, [Omit<Planting, 'from' | 'tag'>, RegExp]> = {
  'other code': [
    { layer: { at: -1, change: (tar) => replaced(tar, 'good', 'evil') } },
    /its layer of app has other files/,
  ],
  'other code under the diff_ids of ours': [
    { layer: { at: -1, change: (tar) => replaced(tar, 'good', 'evil') }, lying: true },
    /its layer of app has other files/,
  ],
  'other packages': [
    { layer: { at: -2, change: (tar) => replaced(tar, 'good', 'evil') }, lying: true },
    /its layer of dependencies has other files/,
  ],
  'a large package that is another': [
    { layer: { at: -3, change: (tar) => replaced(tar, 'real', 'fake') }, lying: true },
    /its layer of dependencies has other files/,
  ],
  'layers of packages the other way round': [
    {
      manifest: (manifest) => ({ ...manifest, layers: swapped(manifest['layers']) }),
      config: (config) => {
        const rootfs = Object(config['rootfs'])
        return { ...config, rootfs: { ...rootfs, diff_ids: swapped(rootfs.diff_ids) } }
      },
    },
    /its layer of dependencies has other files/,
  ],
  'other keys of its layers of packages': [
    {
      config: (config) => {
        const inner = Object(config['config'])
        const label = 'dev.arc-plugin-container-images.dependency-layers'
        const keys = JSON.stringify(swapped(JSON.parse(inner.Labels[label])))
        return { ...config, config: { ...inner, Labels: { ...inner.Labels, [label]: keys } } }
      },
    },
    /its configuration is another/,
  ],
  'another base': [
    { layer: { at: -4, change: (tar) => Buffer.concat([tar, Buffer.alloc(512)]) } },
    /it does not start from .*@sha256:/,
  ],
  'one layer less': [
    {
      manifest: (manifest) => ({
        ...manifest,
        layers: [manifest['layers']].flat().toSpliced(-2, 1),
      }),
    },
    /it has 2 layers on its base/,
  ],
  'one layer more': [
    {
      manifest: (manifest) => {
        const layers = [manifest['layers']].flat()
        return { ...manifest, layers: [...layers, layers.at(-1)] }
      },
    },
    /it has 4 layers on its base/,
  ],
  'a variable that loads code': [
    {
      config: (config) => ({
        ...config,
        config: { ...Object(config['config']), Env: ['NODE_OPTIONS=--require=/tmp/x.js'] },
      }),
    },
    /its configuration is another \(config\.Env\)/,
  ],
  'another user': [
    { config: (config) => ({ ...config, config: { ...Object(config['config']), User: 'root' } }) },
    /\(config\.User\)/,
  ],
  'a key that only other parsers read': [
    { config: (config) => ({ ...config, CONFIG: { Env: ['A=b'] } }) },
    /\(CONFIG\)/,
  ],
  'something behind the end of a layer': [
    { layer: { at: -1, change: (tar) => tar }, behind: Buffer.alloc(512) },
    /its layer of app has other files/,
  ],
  'a manifest with a media type of its own': [
    {
      manifest: (manifest) => ({
        ...manifest,
        layers: [manifest['layers']]
          .flat()
          .map((layer) => ({ ...Object(layer), mediaType: 'x/y' })),
      }),
    },
    /its manifest describes its parts otherwise/,
  ],
}

for (const [name, [planting, message]] of Object.entries(attacks)) {
  t.test(`planted: ${name}`, async (t) => {
    const tag = name.replaceAll(' ', '-')
    await plantImage(repository, { from: digest, tag, ...planting })
    await t.rejects(prove(repository, tag), { code: 'IMAGE_NOT_PROVEN', message })
  })
}

t.test('what was built here is proven, and what another zlib compressed', async (t) => {
  const from = registry.journal.length
  await prove(repository, 'own')
  const asked = registry.journal.slice(from).map(({ path }) => path)
  t.notOk(
    asked.some((path) => path.includes('/blobs/')),
    'no layer was fetched',
  )
  for (const at of [-1, -2, -3]) {
    const tag = `recompressed${at}`
    const same = { at, change: (tar: Buffer) => tar }
    const planted = await plantImage(repository, { from: digest, tag, layer: same })
    t.not(planted, digest)
    await t.resolves(prove(repository, tag))
  }
})

t.test('a machine that knows nothing installs once to prove packages', async (t) => {
  const cache = t.testdir()
  await prove(repository, 'own', cache)
  t.equal((await readdir(join(cache, 'installs'))).length, 1)
  const after = npm.requests.length
  await prove(repository, 'own', cache)
  t.equal(npm.requests.length, after)
})

t.test('planted layers of packages', async (t) => {
  const tag = await depsTag('app')
  const source = await repository.getManifest(tag)
  if (source === undefined) throw new Error('no layers of packages')
  const parsed = JSON.parse(Buffer.from(source.bytes).toString())
  // The blobs of the other repository, as an attacker would bring them along.
  const other = open('evil')
  for (const { digest, size } of [parsed.config, ...parsed.layers]) {
    const bytes = await repository.getBlob({ mediaType: '', digest, size }, Infinity)
    await other.putBlob({ mediaType: '', digest, size }, async function* () {
      yield bytes
    })
  }
  await other.putManifest(source.bytes, source.mediaType, 'source')
  const evil = (tar: Buffer) => replaced(tar, 'good', 'evil')
  const plantings: Record<string, Omit<Planting, 'from' | 'tag'>> = {
    'another small package': { layer: { at: -1, change: evil }, manifest: fitted },
    'another large package': {
      layer: { at: -2, change: (tar) => replaced(tar, 'real', 'fake') },
      manifest: fitted,
    },
    'a layer less': {
      manifest: (manifest) => fitted({ ...manifest, layers: layersOf(manifest).slice(1) }),
    },
    'a layer more': {
      manifest: (manifest) =>
        fitted({ ...manifest, layers: [...layersOf(manifest), ...layersOf(manifest).slice(-1)] }),
    },
    'the other way round': {
      manifest: (manifest) => fitted({ ...manifest, layers: layersOf(manifest).toReversed() }),
    },
  }
  const images = packagesOfImages({
    digests: async () => [digest],
    repository: async () => repository,
    cacheDirectory,
  })
  const publish = async (cache: string, more: Partial<EmbeddedInput> = {}) =>
    publishEmbedded({ ...(await inputOf(other, cache)), tag: 'mine', ...more })
  const refused = {
    code: 'DEPENDENCIES_NOT_PROVEN',
    message: /--repository-name evil --image-ids imageTag=deps-db-arm64-/,
  }
  for (const [name, planting] of Object.entries(plantings)) {
    await registry.removeTag('evil', tag)
    await plantImage(other, { from: 'source', tag, ...planting })
    await t.rejects(publish(cacheDirectory), refused, name)
  }
  const { vouches } = images
  await t.rejects(publish(t.testdir(), { vouches }), refused, 'by a machine that knows nothing')
  t.notOk((await registry.tags('evil')).has('mine'))
})

t.test('images that the stack runs vouch for their own layers and for no others', async (t) => {
  const source = await repository.getManifest(await depsTag('app'))
  const { annotations } = JSON.parse(Buffer.from(source?.bytes ?? []).toString())
  const claimed = JSON.parse(String(Object.values(annotations)[0]))
  const [large, small] = claimed.layers
  const { vouches, knownLayer } = packagesOfImages({
    digests: async () => [digest],
    repository: async () => repository,
    cacheDirectory,
  })
  t.equal(await vouches(claimed), true)
  const others: Record<string, object> = {
    'other packages': { fingerprint: digestOf('others') },
    'another layer': { layers: [large, { ...small, digest: digestOf('x') }] },
    'another content': { layers: [large, { ...small, diffId: digestOf('x') }] },
    'another key': { layers: [{ ...large, key: small.key }, small] },
    'another size': { layers: [{ ...large, uncompressedSize: large.uncompressedSize + 1 }, small] },
    'one less': { layers: [small] },
    'one more': { layers: [large, small, small] },
    'another order': { layers: [small, large] },
  }
  for (const [name, change] of Object.entries(others))
    t.equal(await vouches({ ...claimed, ...change }), false, name)
  t.match(await knownLayer(large.key), { digest: large.digest, diffId: large.diffId })
  t.equal(await knownLayer(digestOf('x')), undefined)
})

function layersOf(manifest: Record<string, unknown>): unknown[] {
  return [manifest['layers']].flat()
}

/** What is said of the layers is made to fit them. */
function fitted(manifest: Record<string, unknown>): Record<string, unknown> {
  const [[key, text] = ['', '']] = Object.entries(Object(manifest['annotations']))
  const record = JSON.parse(String(text))
  const layers = layersOf(manifest).map((layer, at) => {
    const { digest, size } = Object(layer)
    return { ...(record.layers[at] ?? record.layers[0]), digest, size }
  })
  return { ...manifest, annotations: { [key]: JSON.stringify({ ...record, layers }) } }
}
