import * as fc from 'fast-check'
import t from 'tap'

import { digestOf } from '../../../plugin/oci/digest.ts'
import { maximumJsonSize } from '../../../plugin/oci/json.ts'
import { mediaTypeOf, parseIndex, parseManifest } from '../../../plugin/oci/manifest.ts'
import { mediaTypes } from '../../../plugin/oci/media-types.ts'

// Set, so that a gate that fails fails again.
fc.configureGlobal({ seed: 1 })

const { oci, docker } = mediaTypes
const digest = digestOf('')
const config = { mediaType: oci.config, digest, size: 2 }
const layer = { mediaType: oci.layer, digest, size: 3 }
const sound = { schemaVersion: 2, mediaType: oci.manifest, config, layers: [layer] }
const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value))

t.test('a manifest of either family', async (t) => {
  t.strictSame(parseManifest(bytesOf(sound), oci.manifest), sound)
  t.strictSame(
    parseManifest(
      bytesOf({ ...sound, mediaType: undefined, extra: 1, annotations: null }),
      oci.manifest,
    ),
    sound,
    'OCI may leave the type out; what is unknown is left out',
  )
  const theirs = { ...sound, mediaType: docker.manifest, annotations: { a: 'b' } }
  t.strictSame(parseManifest(bytesOf(theirs), docker.manifest), theirs)
})

t.test('what is no manifest', async (t) => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [[], /it is not an object/],
    [null, /it is not an object/],
    [{ ...sound, schemaVersion: 1 }, /schemaVersion is not 2/],
    [{ ...sound, mediaType: docker.manifest }, /was served as .* and calls itself/],
    [{ ...sound, manifests: [] }, /it is an index too/],
    [{ ...sound, config: undefined }, /config: it is not an object/],
    [{ ...sound, layers: {} }, /layers: it is not a list/],
    [{ ...sound, layers: [layer, { ...layer, size: -1 }] }, /layer 2: its size is -1/],
    [{ ...sound, layers: [{ ...layer, size: 1.5 }] }, /its size is 1\.5/],
    [{ ...sound, layers: [{ ...layer, size: '3' }] }, /its size is "3"/],
    [{ ...sound, layers: [{ digest, size: 1 }] }, /mediaType: it is not text/],
    [{ ...sound, annotations: { a: 1 } }, /annotations: it is not text/],
  ]
  for (const [value, message] of wrong) {
    t.throws(() => parseManifest(bytesOf(value), oci.manifest), {
      code: 'MANIFEST_INVALID',
      message,
    })
  }
  t.throws(
    () => parseManifest(bytesOf({ ...sound, config: { ...config, digest: '../x' } }), oci.manifest),
    {
      code: 'DIGEST_INVALID',
    },
  )
  t.throws(() => parseManifest(Buffer.from('{'), oci.manifest), { message: /not JSON/ })
  t.throws(() => parseManifest(Buffer.from([0x22, 0xff, 0x22]), oci.manifest), {
    message: /not JSON/,
  })
  t.throws(() => parseManifest(Buffer.alloc(maximumJsonSize + 1, ' '), oci.manifest), {
    message: /too many/,
  })
  t.throws(() => parseManifest(bytesOf(sound), oci.index), { message: /its media type is '/ })
})

t.test('an index', async (t) => {
  const platform = { os: 'linux', architecture: 'arm64', variant: 'v8' }
  const index = {
    schemaVersion: 2,
    mediaType: oci.index,
    manifests: [{ mediaType: oci.manifest, digest, size: 1, platform }],
  }
  t.strictSame(parseIndex(bytesOf(index), oci.index), index)
  t.throws(() => parseIndex(bytesOf({ ...index, layers: [] }), oci.index), {
    message: /manifest too/,
  })
  t.throws(
    () => parseIndex(bytesOf({ ...index, manifests: [{ ...layer, platform: 'x' }] }), oci.index),
    {
      message: /manifest 1\.platform: it is not an object/,
    },
  )
  t.equal(mediaTypeOf(bytesOf(index)), oci.index)
  t.equal(mediaTypeOf(bytesOf({ manifests: [] })), oci.index)
  t.equal(mediaTypeOf(bytesOf({ layers: [] })), oci.manifest)
})

const word = fc.string({ minLength: 1 })
const descriptor = fc.record(
  {
    mediaType: word,
    digest: word.map(digestOf),
    size: fc.maxSafeNat(),
    annotations: fc.dictionary(word, fc.string()).map((entries) => ({ ...entries })),
    platform: fc.record(
      { os: word, architecture: word, variant: word },
      { requiredKeys: ['os', 'architecture'], noNullPrototype: true },
    ),
  },
  { requiredKeys: ['mediaType', 'digest', 'size'], noNullPrototype: true },
)

t.test('manifests and indexes round-trip', async (t) => {
  fc.assert(
    fc.property(descriptor, fc.array(descriptor), (one, several) => {
      const manifest = { schemaVersion: 2, mediaType: oci.manifest, config: one, layers: several }
      t.same(parseManifest(bytesOf(manifest), oci.manifest), manifest)
      const index = { schemaVersion: 2, mediaType: docker.index, manifests: several }
      t.same(parseIndex(bytesOf(index), docker.index), index)
    }),
  )
})

t.test('any JSON is parsed or refused', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      t.throws(() => parseManifest(bytesOf({ ...sound, config: value }), oci.manifest), {
        code: /^(?:MANIFEST|DIGEST)_INVALID$/,
      })
    }),
  )
})
