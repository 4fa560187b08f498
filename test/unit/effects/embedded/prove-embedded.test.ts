import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import type { PlannedImage } from '../../../../plugin/core/model.ts'
import { resolveBaseImage } from '../../../../plugin/effects/base/base-image.ts'
import { ensureLockfile } from '../../../../plugin/effects/dependencies/ensure-lockfile.ts'
import { settleDefinition } from '../../../../plugin/effects/dependencies/settle-definition.ts'
import { proveEmbedded } from '../../../../plugin/effects/embedded/prove-embedded.ts'
import { publishEmbedded } from '../../../../plugin/effects/embedded/publish-embedded.ts'
import { vouchedByImages } from '../../../../plugin/effects/embedded/vouched-by-images.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { type Digest, digestOf } from '../../../../plugin/oci/digest.ts'
import { platformOf } from '../../../../plugin/oci/platform.ts'
import type { Repository } from '../../../../plugin/ports/repository.ts'
import { pushBaseImage } from '../../../stand-in/inputs/base-image.ts'
import { type Planting, plantImage, replaced } from '../../../stand-in/inputs/plant-image.ts'
import { startNpmRegistry } from '../../../stand-in/registry/npm-registry.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'

const npm = await startNpmRegistry([
  { manifest: { name: 'tool', version: '1.0.0' }, files: { 'index.js': 'exports.is = "good"\n' } },
])
const registry = await startRegistry({ lambdaRules: false })
t.teardown(() => Promise.all([npm.close(), registry.close()]))
const { reference } = await pushBaseImage({ registry })
const folder = t.testdir({
  docker: {
    db: {
      'package.json': JSON.stringify({ dependencies: { tool: '1.0.0' } }),
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
  'another base': [
    { layer: { at: -3, change: (tar) => Buffer.concat([tar, Buffer.alloc(512)]) } },
    /it does not start from .*@sha256:/,
  ],
  'one layer more': [
    {
      manifest: (manifest) => {
        const layers = [manifest['layers']].flat()
        return { ...manifest, layers: [...layers, layers.at(-1)] }
      },
    },
    /it has 3 layers on its base/,
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
  for (const at of [-1, -2]) {
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

t.test('a planted layer of packages', async (t) => {
  const tag = await depsTag('app')
  const attack = open('attacked')
  const evil = (tar: Buffer) => replaced(tar, 'good', 'evil')
  await publishEmbedded({ ...(await inputOf(attack)), tag: 'first' })
  await registry.removeTag('attacked', tag)
  const record =
    (digests: { digest: Digest; size: number }) => (manifest: Record<string, unknown>) => {
      const [[key, text] = ['', '']] = Object.entries(Object(manifest['annotations']))
      const claimed = JSON.parse(String(text))
      const layer = { ...claimed.layer, ...digests }
      return { ...manifest, annotations: { [key]: JSON.stringify({ ...claimed, layer }) } }
    }
  const source = await repository.getManifest(tag)
  if (source === undefined) throw new Error('no layer of packages')
  // The blobs of the other repository, as an attacker would bring them along.
  const [layer] = JSON.parse(Buffer.from(source.bytes).toString()).layers
  const other = open('evil')
  const carry = async (digest: Digest, size: number) => {
    const bytes = await repository.getBlob({ mediaType: '', digest, size }, Infinity)
    await other.putBlob({ mediaType: '', digest, size }, async function* () {
      yield bytes
    })
  }
  const parsed = JSON.parse(Buffer.from(source.bytes).toString())
  for (const blob of [parsed.config, layer]) await carry(blob.digest, blob.size)
  await other.putManifest(source.bytes, source.mediaType, 'source')
  let planted = { digest: layer.digest, size: layer.size }
  await plantImage(other, {
    from: 'source',
    tag,
    layer: { at: -1, change: evil },
    manifest: (manifest) => {
      const [{ digest, size }] = [manifest['layers']].flat().map(Object)
      planted = { digest, size }
      return record(planted)(manifest)
    },
  })
  t.not(planted.digest, layer.digest)
  const publish = async (cache: string, vouches?: () => Promise<boolean>) =>
    publishEmbedded({ ...(await inputOf(other, cache)), tag: 'mine', ...(vouches && { vouches }) })
  for (const cache of [cacheDirectory, t.testdir()]) {
    await t.rejects(publish(cache), {
      code: 'DEPENDENCIES_NOT_PROVEN',
      message: /--repository-name evil --image-ids imageTag=deps-db-arm64-/,
    })
  }
  t.notOk((await registry.tags('evil')).has('mine'))

  // Images that the stack runs vouch for their own layer and for no other.
  const images = vouchedByImages({
    digests: async () => [digest],
    repository: async () => repository,
    cacheDirectory,
  })
  const claimed = JSON.parse(String(Object.values(parsed.annotations)[0]))
  t.equal(await images(claimed), true)
  t.equal(await images({ ...claimed, fingerprint: digestOf('others') }), false)
  t.equal(await images({ ...claimed, layer: { ...claimed.layer, ...planted } }), false)
  t.equal(await images({ ...claimed, layer: { ...claimed.layer, diffId: digestOf('x') } }), false)
})
