import t from 'tap'

import { parseDependencyRecord } from '../../../../plugin/core/dependencies/dependency-record.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'

const facts = {
  diffId: digestOf('tar'),
  digest: digestOf('gzip'),
  size: 100,
  uncompressedSize: 300,
}
const common = {
  fingerprint: digestOf('fingerprint'),
  direct: { sharp: '0.35.5' },
  leftOut: [],
  scriptsNotRun: [],
}
const packages = [{ name: 'sharp', version: '0.35.5', bytes: 200 }]
const layer = { ...facts, key: digestOf('key'), packages }

t.test('a record is read as it was written', (t) => {
  const record = { ...common, layers: [layer, { ...layer, key: digestOf('other') }] }
  t.strictSame(parseDependencyRecord(JSON.parse(JSON.stringify(record))), record)
  t.end()
})

t.test('a record of an older version has one layer, and does not tell of its packages', (t) => {
  t.strictSame(parseDependencyRecord({ ...common, layer: facts, packages: 31 }), {
    ...common,
    layers: [{ ...facts, packages: [] }],
  })
  t.end()
})

t.test('anything else is none', (t) => {
  const broken: Record<string, object> = {
    'no layer': {},
    'an empty list': { layers: [] },
    'no list': { layers: layer },
    'a layer without key': { layers: [layer, { ...facts, packages }] },
    'a layer without packages': { layers: [{ ...layer, packages: undefined }] },
    'a size that cannot be': { layers: [{ ...layer, uncompressedSize: 1 }] },
    'a package without bytes': { layers: [{ ...layer, packages: [{ name: 'a', version: '1' }] }] },
    'a name that moves the cursor': {
      layers: [{ ...layer, packages: [{ name: 'a\u001b[2J', version: '1', bytes: 1 }] }],
    },
    'a name of two lines': {
      layers: [{ ...layer, packages: [{ name: 'a\nb', version: '1', bytes: 1 }] }],
    },
    'another fingerprint': { layers: [layer], fingerprint: 'x' },
  }
  for (const [name, change] of Object.entries(broken))
    t.equal(parseDependencyRecord({ ...common, ...change }), undefined, name)
  t.end()
})
