import { gzipSync } from 'node:zlib'

import t from 'tap'

import { mediaTypes } from '../../../../plugin/oci/media-types.ts'
import { type RegistryStandIn, startRegistry } from '../../../stand-in/registry/index.ts'
import {
  type SmallEntry,
  blobOf,
  smallImage,
  tarOf,
} from '../../../stand-in/registry/small-image.ts'
import { callRegistry } from './call-registry.ts'

const started = async (lambdaRules: boolean): Promise<RegistryStandIn> => {
  const registry = await startRegistry({ lambdaRules })
  t.teardown(() => registry.close())
  return registry
}
const strict = callRegistry((await started(true)).url)
const lax = callRegistry((await started(false)).url)

const parents: readonly SmallEntry[] = [{ path: 'var/' }, { path: 'var/task/' }]

/** Each rule by its smallest breach; a registry without the rules takes all of them. */
const breaches: Readonly<Record<string, [readonly (readonly SmallEntry[])[], RegExp]>> = {
  'no parent': [[[{ path: 'var/task/x' }]], /MissingParentDirectory: no entry for 'var/],
  'parent after its content': [
    [[{ path: 'var/' }, { path: 'var/task/x' }, { path: 'var/task/' }]],
    /no entry for 'var\/task'/,
  ],
  'parent in a higher layer': [[[{ path: 'var/task/x' }], parents], /MissingParentDirectory/],
  'parent removed by a lower layer': [
    [parents, [{ path: 'var/.wh.task' }], [{ path: 'var/task/x' }]],
    /no entry for 'var\/task'/,
  ],
  'hard link': [
    [[...parents, { path: 'var/task/x', type: '1', linkTo: 'var/task/y' }]],
    /UnsupportedImageLayerDetected: 'var\/task\/x' is a hard link/,
  ],
  device: [[[...parents, { path: 'var/task/x', type: '3' }]], /entry of type '3'/],
  'unknown type': [[[...parents, { path: 'var/task/x', type: 'S' }]], /entry of type 'S'/],
  'private file': [[[...parents, { path: 'var/task/x', mode: 0o600 }]], /not world-readable/],
  'private directory': [[[...parents, { path: 'var/task/x/', mode: 0o754 }]], /world-readable/],
  'name too long': [
    [
      [
        ...parents,
        { path: 'long', type: 'L', content: `var/task/${'n'.repeat(256)}` },
        { path: 'n' },
      ],
    ],
    /a name of 256 bytes: 'nnn/,
  ],
  'path upwards': [[[...parents, { path: 'var/task/../x' }]], /the path 'var\/task\/..\/x'/],
}

for (const [name, [layers, words]] of Object.entries(breaches)) {
  t.test(`Lambda's rules: ${name}`, async (t) => {
    const image = smallImage({ layers })
    const { status, text } = await strict.image(image)
    t.equal(status, 400)
    t.match(text, words)
    t.equal((await strict.manifest(image.manifest)).status, 400, 'again, from what was kept')
    t.equal((await lax.image(image)).status, 201)
  })
}

t.test('sound layers pass, in both families', async (t) => {
  const layers = [
    [{ path: './' }, ...parents, { path: 'etc/' }, { path: 'etc/shadow', mode: 0 }],
    [
      { path: 'var/task/x' },
      { path: 'var/task/link', type: '2', linkTo: 'x' },
      { path: 'paxheader', type: 'x', content: '31 path=var/task/long name.txt\n' },
      { path: 'short' },
    ],
  ]
  for (const family of ['oci', 'docker'] as const) {
    const { status, text } = await strict.image(smallImage({ family, layers }))
    t.equal(status, 201, text)
  }
})

/** A one-layer image whose parts do not fit together. */
const odd = (layer: Buffer, change: { layerType?: string; config?: Record<string, unknown> }) => {
  const types = mediaTypes.oci
  const { json } = smallImage({ layers: [parents] })
  const config = blobOf(Buffer.from(JSON.stringify({ ...json, ...change.config })), types.config)
  const blob = blobOf(layer, change.layerType ?? types.layer)
  const { bytes: _, ...named } = blob
  const { bytes: __, ...namedConfig } = config
  const manifest = { schemaVersion: 2, config: namedConfig, layers: [named] }
  return {
    json,
    layers: [blob],
    config,
    manifest: blobOf(Buffer.from(JSON.stringify(manifest)), types.manifest),
  }
}

t.test('layer and config have to fit', async (t) => {
  const tar = tarOf(parents)
  const refused = async (image: ReturnType<typeof odd>, words: RegExp) => {
    const { status, text } = await strict.image(image)
    t.equal(status, 400)
    t.match(text, words)
  }
  t.equal((await strict.image(odd(gzipSync(tar), {}))).status, 201, 'the fixture itself is sound')
  const plain = 'application/vnd.oci.image.layer.v1.tar'
  await refused(odd(tar, { layerType: plain }), /Lambda: layer sha256:.* is application/)
  await refused(odd(tar, {}), /not gzip/)
  await refused(odd(gzipSync(tar).subarray(0, 40), {}), /unexpected end of file/)
  await refused(odd(gzipSync(tar.subarray(0, 700)), {}), /ends in the middle/)
  await refused(odd(gzipSync(tarOf([...parents, { path: 'opt/' }])), {}), /the config says/)
  await refused(
    odd(gzipSync(tar), {
      config: { rootfs: { type: 'layers', diff_ids: [] }, history: undefined },
    }),
    /1 layers, but 0/,
  )
  await refused(odd(gzipSync(tar), { config: { history: [] } }), /history and diff_ids/)
  await refused(odd(gzipSync(tar), { config: { architecture: '' } }), /no architecture/)
  const damaged = Buffer.from(tar)
  damaged[0] = 0
  await refused(odd(gzipSync(damaged), {}), /wrong checksum/)
})
