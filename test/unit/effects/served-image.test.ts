import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import t from 'tap'

import { verifyImage } from '../../../plugin/core/verify.ts'
import { openRepository } from '../../../plugin/effects/registry/open-repository.ts'
import { partsOf, readServedImage } from '../../../plugin/effects/served-image.ts'
import { digestOf } from '../../../plugin/oci/digest.ts'
import { mediaTypes } from '../../../plugin/oci/media-types.ts'
import { pushBlob, pushManifest } from '../../stand-in/push.ts'
import { startRegistry } from '../../stand-in/registry/index.ts'
import { tarOf } from '../../stand-in/registry/small-image.ts'
import { dockerfileImage } from './buildx/dockerfile-image.ts'

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
async function push(tag: string, ...layers: readonly (readonly string[])[]) {
  const blobs = layers.map((paths) => gzipSync(tarOf(paths.map((path) => ({ path })))))
  const diffIds = layers.map((paths) => digestOf(tarOf(paths.map((path) => ({ path })))))
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'arm64',
      os: 'linux',
      config: { Entrypoint: ['/start'] },
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

async function read(tag: string) {
  const served = await repository.getManifest(tag)
  if (served === undefined) throw new Error(`${tag} is not there`)
  const asked = registry.journal.length
  const seen = await readServedImage(image, repository, served, { cacheDirectory })
  const blobs = registry.journal.slice(asked).filter(({ path }) => path.includes('/blobs/'))
  return { seen, served, blobs: blobs.length }
}

const index = 'var/task/http/get-index/index.cjs'

t.test('the search ends at the hit, and is remembered', async (t) => {
  await push('hit', ['etc/', 'etc/below'], [index], ['opt/', 'opt/above'])
  const first = await read('hit')
  t.strictSame(verifyImage(image, first.seen), ['/start'])
  t.equal(first.blobs, 3, 'the config, the layer above and the one that has it')
  const again = await read('hit')
  t.equal(again.blobs, 0)
  t.strictSame([...again.seen.files], [index])
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

t.test('the size of an image without our labels', async (t) => {
  const { served } = await read('hit')
  const { layers } = JSON.parse(Buffer.from(served.bytes).toString())
  const sizes: number[] = layers.map(({ size }: { size: number }) => size)
  t.strictSame(await partsOf(repository, served, { cacheDirectory }), [
    { part: 'layers', size: sizes.reduce((sum, size) => sum + size, 0), sent: 0 },
  ])
})
