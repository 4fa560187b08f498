import { readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import { defaultCacheDirectory } from '../../../../plugin/effects/cache/cache-directory.ts'
import {
  findLayer,
  layerFile,
  readRecord,
  writeRecord,
} from '../../../../plugin/effects/cache/layer-cache.ts'
import { writeLayer } from '../../../../plugin/effects/layer/layer-writer.ts'
import { pruneCache } from '../../../../plugin/effects/cache/prune-cache.ts'

t.test("the folder is the platform's own, unless one is named", async (t) => {
  const name = 'arc-plugin-container-images'
  const at = (environment: Record<string, string>, platform: NodeJS.Platform) =>
    defaultCacheDirectory(environment, platform, '/home/me').replaceAll('\\', '/')
  t.equal(at({}, 'linux'), `/home/me/.cache/${name}`)
  t.equal(at({ XDG_CACHE_HOME: '/caches' }, 'linux'), `/caches/${name}`)
  t.equal(at({ XDG_CACHE_HOME: '' }, 'linux'), `/home/me/.cache/${name}`)
  t.equal(at({}, 'darwin'), `/home/me/Library/Caches/${name}`)
  t.equal(at({ LOCALAPPDATA: '/local' }, 'win32'), `/local/${name}`)
  t.equal(at({ ARC_CONTAINER_IMAGES_CACHE: '/mine', XDG_CACHE_HOME: '/x' }, 'linux'), '/mine')
})

async function cached(cacheDirectory: string) {
  // Noise, so that the compressed file has several pieces.
  const bytes = Buffer.alloc(3_000_000)
  for (let at = 0, seed = 1; at < bytes.length; at++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    bytes[at] = seed >> 16
  }
  const layer = await writeLayer(
    [{ path: 'noise', source: { kind: 'bytes', bytes }, executable: false }],
    { cacheDirectory },
  )
  const { descriptor, diffId, uncompressedSize } = layer
  const facts = { diffId, uncompressedSize, digest: descriptor.digest, size: descriptor.size }
  return { facts, file: layerFile(cacheDirectory, facts) }
}

t.test('a damaged layer is discarded, and nobody receives it whole', async (t) => {
  for (const where of ['start', 'end']) {
    const cacheDirectory = t.testdir()
    const { facts, file } = await cached(cacheDirectory)
    const bytes = await readFile(file)
    const at = where === 'start' ? 100 : bytes.length - 1
    bytes[at] = (bytes[at] ?? 0) ^ 1
    await writeFile(file, bytes)
    const layer = await findLayer(cacheDirectory, facts)
    let received = 0
    await t.rejects(
      async () => {
        for await (const chunk of layer?.open() ?? []) received += chunk.length
      },
      { code: 'LAYER_DAMAGED' },
      where,
    )
    t.ok(received < facts.size, `${received} of ${facts.size} bytes came`)
    t.equal(await findLayer(cacheDirectory, facts), undefined)
  }
})

t.test('truncated, empty and missing layers are not there', async (t) => {
  for (const length of [0, 10]) {
    const cacheDirectory = t.testdir()
    const { facts, file } = await cached(cacheDirectory)
    await truncate(file, length)
    t.equal(await findLayer(cacheDirectory, facts), undefined)
    await t.rejects(stat(file), { code: 'ENOENT' })
    t.equal(await findLayer(cacheDirectory, facts), undefined)
  }
})

t.test('a layer that goes between finding and reading is an error of its own', async (t) => {
  const cacheDirectory = t.testdir()
  const { facts, file } = await cached(cacheDirectory)
  const layer = await findLayer(cacheDirectory, facts)
  await truncate(file, 5)
  await t.rejects(
    async () => {
      for await (const _ of layer?.open() ?? []);
    },
    { code: 'LAYER_DAMAGED' },
  )
})

t.test('records that cannot be read are not there', async (t) => {
  const cacheDirectory = t.testdir({ broken: '{' })
  t.equal(await readRecord(join(cacheDirectory, 'broken')), undefined)
  t.equal(await readRecord(join(cacheDirectory, 'missing')), undefined)
  await writeRecord(cacheDirectory, join(cacheDirectory, 'bases', 'a.json'), { a: 1 })
  t.same(await readRecord(join(cacheDirectory, 'bases', 'a.json')), { a: 1 })
  t.same(await readdir(join(cacheDirectory, 'temporary')), [])
})

t.test('pruning takes what is old or too much, never what may be in use', async (t) => {
  const day = 24 * 60 * 60
  const age = async (path: string, days: number) => {
    const time = Date.now() / 1000 - days * day
    await utimes(path, time, time)
  }
  const cacheDirectory = t.testdir({
    layers: { fresh: 'x'.repeat(60), week: 'x'.repeat(60), ancient: '' },
    installs: { a: { f: '' }, b: { f: '' }, c: { f: '' } },
    dependencies: { old: '{}' },
    temporary: { killed: { node_modules: {} }, running: '' },
  })
  const at = (path: string) => join(cacheDirectory, path)
  await age(at('layers/week'), 7)
  await age(at('layers/ancient'), 40)
  await age(at('installs/b'), 1)
  await age(at('installs/c'), 2)
  await age(at('dependencies/old'), 31)
  await age(at('temporary/killed'), 2)
  await pruneCache(cacheDirectory, { maximumLayers: 100, maximumInstalls: 2 })
  t.same(await readdir(at('layers')), ['fresh'])
  t.same((await readdir(at('installs'))).toSorted(), ['a', 'b'])
  t.same(await readdir(at('dependencies')), [])
  t.same(await readdir(at('temporary')), ['running'])

  await age(at('layers/fresh'), 90)
  await pruneCache(cacheDirectory)
  t.same(await readdir(at('layers')), ['fresh'], 'at most once a day')
  await age(at('pruned'), 2)
  await age(at('layers/fresh'), 0.1)
  await pruneCache(cacheDirectory, { maximumLayers: 0, maximumAge: 0 })
  t.same(await readdir(at('layers')), ['fresh'], 'used 2.4 hours ago')
})
