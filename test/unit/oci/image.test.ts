import t from 'tap'

import { digestOf } from '../../../plugin/oci/digest.ts'
import { assembleImage, assembleLayerImage } from '../../../plugin/oci/image.ts'
import { parseManifest } from '../../../plugin/oci/manifest.ts'
import { mediaTypes, type MediaTypeFamily } from '../../../plugin/oci/media-types.ts'
import { parseOciConfig } from '../../../plugin/oci/config.ts'

function base(family: MediaTypeFamily) {
  const types = mediaTypes[family]
  const layer = { mediaType: types.layer, digest: digestOf('base'), size: 4 }
  return {
    baseManifest: {
      schemaVersion: 2 as const,
      mediaType: types.manifest,
      config: { mediaType: types.config, digest: digestOf('config'), size: 6 },
      layers: [{ ...layer, annotations: { of: 'the base' } }],
    },
    baseConfig: {
      created: '2026-01-01T00:00:00Z',
      architecture: 'arm64',
      os: 'linux',
      config: {
        Env: ['PATH=/bin', 'LAMBDA_TASK_ROOT=/var/task'],
        Entrypoint: ['/lambda-entrypoint.sh'],
        WorkingDir: '/elsewhere',
        Labels: { of: 'the base' },
      },
      rootfs: { type: 'layers' as const, diff_ids: [digestOf('base tar')] },
      history: [
        { created: '2026-01-01T00:00:00Z', created_by: 'ADD' },
        { created_by: 'ENV', empty_layer: true },
      ],
    },
  }
}

const added = {
  descriptor: { mediaType: mediaTypes.oci.layer, digest: digestOf('app'), size: 3 },
  diffId: digestOf('app tar'),
  holds: 'app',
}

t.test('the base is kept, layers and labels are added', async (t) => {
  const { config, manifest } = assembleImage({
    ...base('docker'),
    layers: [added],
    labels: { a: 'b' },
  })
  t.same(parseOciConfig(config.bytes), {
    created: '1970-01-01T00:00:00Z',
    architecture: 'arm64',
    os: 'linux',
    config: {
      Env: ['PATH=/bin', 'LAMBDA_TASK_ROOT=/var/task'],
      Entrypoint: ['/lambda-entrypoint.sh'],
      WorkingDir: '/var/task',
      Labels: { a: 'b', of: 'the base' },
    },
    rootfs: { type: 'layers', diff_ids: [digestOf('base tar'), digestOf('app tar')] },
    history: [
      { created: '2026-01-01T00:00:00Z', created_by: 'ADD' },
      { created_by: 'ENV', empty_layer: true },
      { created: '1970-01-01T00:00:00Z', created_by: 'arc-plugin-container-images: app' },
    ],
  })
  t.same(parseManifest(manifest.bytes, mediaTypes.docker.manifest), {
    schemaVersion: 2,
    mediaType: mediaTypes.docker.manifest,
    config: config.descriptor,
    layers: [
      { mediaType: mediaTypes.docker.layer, digest: digestOf('base'), size: 4 },
      { mediaType: mediaTypes.docker.layer, digest: digestOf('app'), size: 3 },
    ],
  })
  t.equal(
    manifest.descriptor.digest,
    'sha256:4f40533e7b65b80b2691e56a975232dd76c03b73df20c8854b295e0435606384',
  )
})

t.test('one family of media types, the order of keys does not count', async (t) => {
  const input = base('oci')
  const { manifest, config } = assembleImage({
    ...input,
    layers: [added],
    labels: { a: '1', b: '2' },
  })
  t.notMatch(manifest.bytes.toString(), 'docker')
  const { config: inner, ...outer } = input.baseConfig
  const turned = assembleImage({
    ...input,
    baseConfig: { ...outer, config: Object.fromEntries(Object.entries(inner).toReversed()) },
    layers: [added],
    labels: { b: '2', a: '1' },
  })
  t.equal(turned.config.descriptor.digest, config.descriptor.digest)
  t.equal(turned.manifest.descriptor.digest, manifest.descriptor.digest)
})

t.test('a history that does not tell of every layer of the base stays as it is', async (t) => {
  const input = base('oci')
  const { history: _, ...without } = input.baseConfig
  const { config } = assembleImage({ ...input, baseConfig: without, layers: [added], labels: {} })
  t.equal(parseOciConfig(config.bytes).history, undefined)
})

t.test('the image behind a tag of dependencies', async (t) => {
  const { config, manifest } = assembleLayerImage({
    platform: { os: 'linux', architecture: 'arm64' },
    layers: [
      { ...added, holds: 'dependencies' },
      { ...added, holds: 'dependencies' },
    ],
    annotations: { note: 'n' },
  })
  t.match(parseOciConfig(config.bytes), {
    architecture: 'arm64',
    rootfs: { diff_ids: [added.diffId, added.diffId] },
    history: [{}, {}],
  })
  t.match(parseManifest(manifest.bytes, mediaTypes.oci.manifest), {
    config: config.descriptor,
    layers: [added.descriptor, added.descriptor],
    annotations: { note: 'n' },
  })
})
