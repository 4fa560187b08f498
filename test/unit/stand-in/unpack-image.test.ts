import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import { digestOf } from '../../../plugin/oci/digest.ts'
import { mediaTypes } from '../../../plugin/oci/media-types.ts'
import {
  file,
  folder,
  smallLayer,
  type SmallLayer,
} from '../../stand-in/inputs/base-image-layers.ts'
import { pushBlob, pushManifest } from '../../stand-in/inputs/push.ts'
import { startRegistry } from '../../stand-in/registry/index.ts'
import { unpackImage } from '../../stand-in/assertions/unpack-image.ts'

const registry = await startRegistry()
t.teardown(() => registry.close())

async function push(repository: string, layers: readonly SmallLayer[]): Promise<void> {
  const place = { url: registry.url, repository }
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'arm64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    }),
  )
  for (const bytes of [config, ...layers.map((layer) => layer.bytes)]) await pushBlob(place, bytes)
  const { manifest: mediaType, config: configType, layer: layerType } = mediaTypes.oci
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: configType, digest: digestOf(config), size: config.length },
    layers: layers.map(({ bytes, digest }) => ({
      mediaType: layerType,
      digest,
      size: bytes.length,
    })),
  }
  await pushManifest(place, Buffer.from(JSON.stringify(manifest)), mediaType, 'latest')
}

function unpack(repository: string, directory: string) {
  return unpackImage({ registry: registry.url, repository, reference: 'latest', directory })
}

t.test('an upper layer replaces files, and its whiteouts take away lower ones only', async (t) => {
  const lower = await smallLayer('lower', [
    folder('a'),
    file('a/kept', 'lower'),
    file('a/replaced', 'lower'),
    file('a/removed', 'lower'),
    folder('b'),
    file('b/old', 'lower'),
    folder('c'),
    file('c/old', 'lower'),
    folder('d'),
    file('d/old', 'lower'),
  ])
  const upper = await smallLayer('upper', [
    folder('a'),
    file('a/replaced', 'upper'),
    file('a/.wh.removed', ''),
    folder('b'),
    file('b/new', 'upper'),
    file('b/.wh..wh..opq', ''),
    file('.wh.c', ''),
    file('.wh.d', ''),
    folder('d'),
    file('d/new', 'upper'),
  ])
  await push('whiteouts', [lower, upper])
  const root = t.testdir()
  await unpack('whiteouts', root)
  t.strictSame((await readdir(root, { recursive: true })).toSorted(), [
    'a',
    'a/kept',
    'a/replaced',
    'b',
    'b/new',
    'd',
    'd/new',
  ])
  t.equal(await readFile(join(root, 'a/replaced'), 'utf8'), 'upper')
})

t.test('a changed blob and an image that is not there are errors', async (t) => {
  await push('changed', [await smallLayer('one', [file('a', 'content')])])
  registry.inject({ match: { method: 'GET', path: /blobs/ }, skip: 1, kind: 'wrong-digest' })
  await t.rejects(unpack('changed', t.testdir()))
  await t.rejects(unpack('nowhere', t.testdir()), { message: /404/ })
})
