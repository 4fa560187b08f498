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
import { elfFile } from '../../../stand-in/inputs/elf-file.ts'
import { type SmallEntry, tarOf } from '../../../stand-in/registry/small-image.ts'
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

/** `start` is a program of the function's machine. */
function entryOf(path: string): SmallEntry {
  return path === 'start' ? { path, mode: 0o755, content: elfFile({}) } : { path }
}

/** Layers from the lowest up, each a list of paths. */
const push = async (tag: string, ...layers: readonly (readonly string[])[]) =>
  await pushLabelled(tag, {}, layers)

async function pushLabelled(
  tag: string,
  Labels: Readonly<Record<string, string>>,
  layers: readonly (readonly string[])[],
) {
  const tars = layers.map((paths) => tarOf(paths.map(entryOf)))
  const blobs = tars.map((tar) => gzipSync(tar))
  const diffIds = tars.map(digestOf)
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

t.test('every layer is read once, and remembered by its digest', async (t) => {
  await push('hit', ['etc/', 'etc/below'], ['start', index], ['opt/', 'opt/above'])
  const first = await read('hit')
  t.strictSame(verifyImage(image, first.seen).entryPoint, ['/start'])
  t.equal(first.whole, 4, 'the config and the three layers')
  t.equal(first.ends, 3, 'the end of each layer')
  const again = await read('hit')
  t.equal(again.requests, 0)
  t.ok(again.seen.tree.find(index))
  t.equal(again.seen.uncompressedSize, first.seen.uncompressedSize)
  await push('grown', ['etc/', 'etc/below'], ['start', index], ['opt/', 'opt/more'])
  t.equal((await read('grown')).whole, 2, 'a new config and the one new layer')
})

t.test('a handler of any extension that Lambda loads', async (t) => {
  await push('mjs', ['start', 'var/task/http/get-index/index.mjs'])
  t.strictSame(verifyImage(image, (await read('mjs')).seen).entryPoint, ['/start'])
  await push('py', ['start', 'var/task/http/get-index/index.py'])
  const { seen } = await read('py')
  t.throws(() => verifyImage(image, seen), {
    code: 'IMAGE_HANDLER_MISSING',
    message: /COPY --from=functions/,
  })
})

t.test('a handler that an upper layer took away', async (t) => {
  await push('gone', ['start', index], ['var/task/http/.wh.get-index'])
  const { seen } = await read('gone')
  t.throws(() => verifyImage(image, seen), { code: 'IMAGE_HANDLER_MISSING' })
})

t.test('a layer that is not what its media type says', async (t) => {
  const tar = tarOf([{ path: index }])
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'arm64',
      os: 'linux',
      config: { Entrypoint: ['/start'] },
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    }),
  )
  for (const blob of [config, tar]) await pushBlob(place, blob)
  const part = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    size: bytes.length,
    digest: digestOf(bytes),
  })
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: part(types.config, config),
    layers: [part(types.layer, tar)],
  })
  await pushManifest(place, Buffer.from(manifest), types.manifest, 'plain')
  await t.rejects(read('plain'), { code: 'IMAGE_LAYERS_UNFIT', message: /cannot be read/ })
})

t.test('an index is refused whatever it holds', async (t) => {
  const manifest = await push('one', [index])
  const list = { schemaVersion: 2, mediaType: types.index, manifests: [manifest] }
  await pushManifest(place, Buffer.from(JSON.stringify(list)), types.index, 'several')
  await t.rejects(read('several'), { code: 'IMAGE_IS_INDEX' })
})

t.test('the size of what Docker built is that of its layers', async (t) => {
  const layers = [['etc/', 'etc/below'], ['etc/', 'etc/below'], [index]] as const
  const bytes = [layers[0], layers[2]]
    .map((paths) => tarOf(paths.map(entryOf)).length)
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
