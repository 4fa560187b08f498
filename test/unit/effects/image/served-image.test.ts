import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import t from 'tap'

import type { PlannedImage } from '../../../../plugin/core/model.ts'
import { verifyImage } from '../../../../plugin/core/image/verify.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { partsOf, readServedImage } from '../../../../plugin/effects/image/served-image.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { mediaTypes } from '../../../../plugin/oci/media-types.ts'
import { pushBlob, pushManifest } from '../../../stand-in/inputs/push.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'
import { tarOf } from '../../../stand-in/registry/small-image.ts'
import { dockerfileImage } from '../dockerfile/dockerfile-image.ts'

const registry = await startRegistry({ lambdaRules: false })
const cacheDirectory = await mkdtemp(join(tmpdir(), 'served-image-'))
t.teardown(async () => {
  await registry.close()
  await rm(cacheDirectory, { recursive: true })
})
const types = mediaTypes.docker
const place = { url: registry.url, repository: 'app' }
const repository = openRepository({ uri: `${registry.host}/app` })

const image = {
  ...dockerfileImage('/app'),
  functions: [
    {
      logicalId: 'GetIndex',
      pragma: 'http',
      name: 'get /',
      folder: 'http/get-index',
      sourceDirectory: '/app',
      entryFile: '/app/index.js',
      handlerExport: 'handler',
      command: 'http/get-index/index.handler',
      environment: {},
    },
  ],
}

/** Layers from the lowest up, each a list of paths. */
const push = async (tag: string, ...layers: readonly (readonly string[])[]) =>
  await pushLabelled(tag, {}, layers)

async function pushLabelled(
  tag: string,
  Labels: Readonly<Record<string, string>>,
  layers: readonly (readonly string[])[],
) {
  const blobs = layers.map((paths) => gzipSync(tarOf(paths.map((path) => ({ path })))))
  const diffIds = layers.map((paths) => digestOf(tarOf(paths.map((path) => ({ path })))))
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'arm64',
      os: 'linux',
      config: { Entrypoint: ['/start'], Labels },
      rootfs: { type: 'layers', diff_ids: diffIds },
    }),
  )
  for (const blob of [config, ...blobs]) await pushBlob(place, blob)
  const part = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    size: bytes.length,
    digest: digestOf(bytes),
  })
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: part(types.config, config),
      layers: blobs.map((blob) => part(types.layer, blob)),
    }),
  )
  await pushManifest(place, manifest, types.manifest, tag)
  return part(types.manifest, manifest)
}

async function read(tag: string, planned: PlannedImage = image) {
  const served = await repository.getManifest(tag)
  if (served === undefined) throw new Error(`${tag} is not there`)
  const asked = registry.journal.length
  const seen = await readServedImage(planned, repository, served, { cacheDirectory })
  const blobs = registry.journal.slice(asked).filter(({ path }) => path.includes('/blobs/'))
  const [whole, ends] = [200, 206].map(
    (status) => blobs.filter((answer) => answer.status === status).length,
  )
  return { seen, served, whole, ends, requests: blobs.length }
}

const index = 'var/task/http/get-index/index.cjs'

t.test('the search ends at the hit, and is remembered', async (t) => {
  await push('hit', ['etc/', 'etc/below'], [index], ['opt/', 'opt/above'])
  const first = await read('hit')
  t.strictSame(verifyImage(image, first.seen), ['/start'])
  t.equal(first.whole, 3, 'the config, the layer above and the one that has it')
  t.equal(first.ends, 3, 'the end of each layer')
  const again = await read('hit')
  t.equal(again.requests, 0)
  t.strictSame([...again.seen.files], [index])
  t.equal(again.seen.uncompressedSize, first.seen.uncompressedSize)
})

t.test('a handler of any extension that Lambda loads', async (t) => {
  await push('mjs', ['var/task/http/get-index/index.mjs'])
  t.strictSame(verifyImage(image, (await read('mjs')).seen), ['/start'])
  await push('py', ['var/task/http/get-index/index.py'])
  const { seen } = await read('py')
  t.throws(() => verifyImage(image, seen), {
    code: 'IMAGE_HANDLER_MISSING',
    message: /COPY --from=functions/,
  })
})

t.test('a handler that an upper layer took away', async (t) => {
  await push('gone', [index], ['var/task/http/.wh.get-index'])
  const { seen } = await read('gone')
  t.throws(() => verifyImage(image, seen), { code: 'IMAGE_HANDLER_MISSING' })
})

t.test('an index is refused whatever it holds', async (t) => {
  const manifest = await push('one', [index])
  const list = { schemaVersion: 2, mediaType: types.index, manifests: [manifest] }
  await pushManifest(place, Buffer.from(JSON.stringify(list)), types.index, 'several')
  const { seen } = await read('several')
  t.throws(() => verifyImage(image, seen), { code: 'IMAGE_IS_INDEX' })
})

t.test('the size of what Docker built is that of its layers', async (t) => {
  const layers = [['etc/', 'etc/below'], ['etc/', 'etc/below'], [index]] as const
  const bytes = [layers[0], layers[2]]
    .map((paths) => tarOf(paths.map((path) => ({ path }))).length)
    .reduce((sum, length) => sum + length, 0)
  const name = 'dev.arc-plugin-container-images.uncompressed-size'
  await pushLabelled('measured', { [name]: '1' }, layers)
  const { seen, ends } = await read('measured')
  t.equal(seen.uncompressedSize, bytes, 'a label inherited from a base of ours says nothing')
  t.equal(ends, 2, 'a layer that is there twice is asked once')
  const definition = { kind: 'package', directory: '/app', packageManager: 'npm' } as const
  await pushLabelled('ours', { [name]: '12345' }, layers)
  const own = await read('ours', { ...image, definition })
  t.equal(own.seen.uncompressedSize, 12_345)
  t.equal(own.ends, 0)
})

t.test('an image of Docker that unpacks to more than Lambda takes', async (t) => {
  await push('large', [index], ['a'], ['b'], ['c'])
  const served = await repository.getManifest('large')
  if (served === undefined) throw new Error('large is not there')
  const options = { cacheDirectory: t.testdir() }
  const readAs = async (trailers: readonly number[]) => {
    const ends = [...trailers]
    const getBlobTail = async () => {
      const tail = Buffer.alloc(4)
      tail.writeUInt32LE(ends.pop() ?? 0)
      return tail
    }
    return await readServedImage(image, { ...repository, getBlobTail }, served, options)
  }
  const seen = await readAs([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 31, 1002])
  t.equal(seen.uncompressedSize, 10 * 2 ** 30 + 1000)
  t.throws(() => verifyImage(image, seen), {
    code: 'IMAGE_TOO_LARGE',
    message: /is at least 10\.00 GiB .* docker\/img\/Dockerfile/,
  })
  const again = await readAs([])
  t.throws(() => verifyImage(image, again), { code: 'IMAGE_TOO_LARGE' }, 'which is remembered')
})

t.test('the size of an image without our labels', async (t) => {
  const { served } = await read('hit')
  const { layers } = JSON.parse(Buffer.from(served.bytes).toString())
  const sizes: number[] = layers.map(({ size }: { size: number }) => size)
  t.strictSame(await partsOf(repository, served, { cacheDirectory }), [
    { part: 'layers', size: sizes.reduce((sum, size) => sum + size, 0), sent: 0 },
  ])
})
