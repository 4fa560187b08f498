import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import { oncePer } from '../../plugin/core/basics/once.ts'
import { largePackage } from '../../plugin/core/dependencies/group-packages.ts'
import { resolveBaseImage } from '../../plugin/effects/base/base-image.ts'
import { ensureLockfile } from '../../plugin/effects/dependencies/ensure-lockfile.ts'
import { settleDefinition } from '../../plugin/effects/dependencies/settle-definition.ts'
import type { EmbeddedInput } from '../../plugin/effects/embedded/embedded-input.ts'
import { packagesOfImages } from '../../plugin/effects/embedded/packages-of-images.ts'
import { publishEmbedded } from '../../plugin/effects/embedded/publish-embedded.ts'
import { openRepository } from '../../plugin/effects/registry/open-repository.ts'
import { type Digest, digestOf, hexOf } from '../../plugin/oci/digest.ts'
import { platformOf } from '../../plugin/oci/platform.ts'
import { pushBaseImage } from '../stand-in/inputs/base-image.ts'
import { plannedImage } from '../stand-in/inputs/planned-image.ts'
import { startNpmRegistry } from '../stand-in/registry/npm-registry.ts'
import { startRegistry } from '../stand-in/registry/index.ts'

const weights = Buffer.alloc(largePackage, 'weights')
const npm = await startNpmRegistry([
  { manifest: { name: 'model', version: '1.0.0' }, files: { 'weights.bin': weights } },
  { manifest: { name: 'tool', version: '1.0.0' }, files: { 'index.js': 'exports.is = 1\n' } },
  { manifest: { name: 'tool', version: '1.0.1' }, files: { 'index.js': 'exports.is = 2\n' } },
])
const registry = await startRegistry()
t.teardown(() => Promise.all([npm.close(), registry.close()]))
const { reference } = await pushBaseImage({ registry })
const open = (name: string) => openRepository({ uri: `${registry.host}/${name}` })

const root = t.testdir({
  docker: Object.fromEntries(
    ['1.0.0', '1.0.1'].map((version) => [
      version,
      {
        'package.json': JSON.stringify({ dependencies: { model: '1.0.0', tool: version } }),
        '.npmrc': `registry=${npm.url}\n`,
      },
    ]),
  ),
})
let caches = 0
const emptyCache = () => join(root, `cache-${++caches}`)

const imageWith = oncePer(
  async (version: string) => {
    const directory = join(root, 'docker', version)
    const definition = { kind: 'package', directory, packageManager: 'npm' } as const
    const planned = plannedImage({ name: 'db', base: reference, definition, functions: [] })
    return (await ensureLockfile(planned, { cacheDirectory: join(root, 'locks') })).image
  },
  (version) => version,
)

/** Publishes an image with one version of the small package, and tells what was written and sent. */
async function publish(version: string, cacheDirectory: string, more: Partial<EmbeddedInput> = {}) {
  const image = await imageWith(version)
  const code = Buffer.from(version)
  const path = 'var/task/index.cjs'
  const published = await publishEmbedded({
    image,
    definition: await settleDefinition(image),
    bundle: {
      files: [{ path, source: { kind: 'bytes', bytes: code }, executable: false }],
      digest: digestOf(code),
      notes: [],
    },
    base: await resolveBaseImage(reference, platformOf('arm64'), { cacheDirectory }),
    repository: open('app'),
    tag: `tag-${caches}-${version}`,
    cacheDirectory,
    progress: () => undefined,
    ...more,
  })
  const [large, small] = published.dependencies?.layers ?? []
  if (large === undefined || small === undefined) throw new Error('not two layers')
  const files = (await readdir(join(cacheDirectory, 'layers'))).join(' ')
  const sent = published.parts.find((one) => one.part === 'dependencies')?.sent
  return { ...published, large, small, sent, hasLarge: files.includes(hexOf(large.diffId)) }
}

const first = emptyCache()
const old = await publish('1.0.0', first)
const forget = async (name: string) => {
  for (const tag of (await registry.tags(name)).keys())
    if (tag.startsWith('deps-')) await registry.removeTag(name, tag)
}

t.test('another version of a small package sends its layer and no other', async (t) => {
  t.equal(old.sent, old.large.size + old.small.size)
  const before = await writtenAt(first, old.large)
  const bumped = await publish('1.0.1', first)
  t.strictSame(bumped.large, old.large)
  t.not(bumped.small.diffId, old.small.diffId)
  t.not(bumped.small.key, old.small.key)
  t.equal(bumped.sent, bumped.small.size)
  t.equal(await writtenAt(first, old.large), before, 'it was not written again')
})

t.test('an empty machine takes what the images of the stack have', async (t) => {
  await forget('app')
  const images = packagesOfImages({
    digests: async () => [old.digest],
    repository: async () => open('app'),
    cacheDirectory: emptyCache(),
  })
  const { knownLayer } = images
  const bumped = await publish('1.0.1', emptyCache(), { knownLayer })
  t.notOk(bumped.hasLarge, 'it was not even written')
  t.strictSame(bumped.large, old.large)
  t.equal((await publish('1.0.1', emptyCache())).digest, bumped.digest, 'the same image')

  // The same in a repository that does not have it: it is made after all.
  const elsewhere = await publish('1.0.1', emptyCache(), { knownLayer, repository: open('other') })
  t.ok(elsewhere.hasLarge)
  t.equal(elsewhere.sent, elsewhere.large.size + elsewhere.small.size)
  t.equal(elsewhere.digest, bumped.digest)
})

t.test('records of the cache that are damaged are made again', async (t) => {
  const folder = join(first, 'package-layers')
  const damage: Record<string, (file: string) => Promise<void>> = {
    'no JSON': (file) => writeFile(file, '{'),
    'no layer': (file) => writeFile(file, '{}'),
    gone: (file) => rm(file),
  }
  for (const [name, spoil] of Object.entries(damage)) {
    await forget('app')
    await rm(join(first, 'dependencies'), { recursive: true })
    for (const record of await readdir(folder)) await spoil(join(folder, record))
    t.strictSame((await publish('1.0.1', first, { tag: `${name.length}` })).large, old.large, name)
  }
})

/** When a layer's file was made: it is made under another name, and never written again. */
async function writtenAt(cacheDirectory: string, { diffId }: { diffId: Digest }) {
  const folder = join(cacheDirectory, 'layers')
  const name = (await readdir(folder)).find((one) => one.startsWith(hexOf(diffId))) ?? ''
  return (await stat(join(folder, name))).ino
}
