import t from 'tap'

import { dependencyNotes } from '../../../../plugin/core/dependencies/dependency-notes.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'

const digest = digestOf('layer')
const record = {
  fingerprint: digest,
  layers: [{ diffId: digest, digest, size: 1, uncompressedSize: 1, packages: [] }],
  direct: {},
  leftOut: [],
  scriptsNotRun: [],
}

t.test('one line a reason, with sizes and the first names', (t) => {
  const only = 'only needed by packages left out' as const
  const leftOut = [
    { package: 'openai', reason: 'omitted' as const, bytes: 4_000_000 },
    ...['a', 'b', 'c', 'd', 'e'].map((name) => ({ package: name, reason: only, bytes: 1000 })),
  ]
  t.strictSame(dependencyNotes('lancedb', { ...record, leftOut }), [
    'docker/lancedb: left out 4.0 MB, omitted: openai',
    'docker/lancedb: left out 5.0 kB, only needed by packages left out: a, b, c and 2 more',
  ])
  t.strictSame(dependencyNotes('lancedb', record), [])
  const scriptsNotRun = ['a@1.0.0', 'b@1.0.0', 'c@1.0.0', 'd@1.0.0']
  t.strictSame(dependencyNotes('lancedb', { ...record, scriptsNotRun }), [
    'docker/lancedb: install scripts not run: a@1.0.0, b@1.0.0, c@1.0.0 and 1 more',
  ])
  t.end()
})
