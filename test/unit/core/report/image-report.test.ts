import { formatBytes } from '../../../../plugin/core/basics/format-bytes.ts'
import t from 'tap'

import { formatImageReport, type ImageReport } from '../../../../plugin/core/report/image-report.ts'

t.test('bytes in decimal units', (t) => {
  t.equal(formatBytes(0), '0 B')
  t.equal(formatBytes(999), '999 B')
  t.equal(formatBytes(1000), '1.0 kB')
  t.equal(formatBytes(61_234_567), '61 MB')
  t.equal(formatBytes(9_500_000_000), '9.5 GB')
  t.equal(formatBytes(25_000_000_000_000), '25000 GB')
  t.end()
})

const built: ImageReport = {
  name: 'lancedb',
  architecture: 'arm64',
  outcome: 'built',
  parts: [
    { part: 'base', size: 61_000_000, sent: 0 },
    { part: 'dependencies', size: 62_000_000, sent: 0 },
    { part: 'app', size: 12_300, sent: 12_300 },
  ],
  milliseconds: 412,
}

t.test('a built image names what was sent and what was reused', (t) => {
  t.equal(
    formatImageReport(built),
    'lancedb (arm64): base 61 MB reused, dependencies 62 MB reused, app 12 kB sent; 12 kB sent; 0.4 s',
  )
  t.end()
})

t.test('an unchanged image is one short line', (t) => {
  const parts = built.parts.map((part) => ({ ...part, sent: 0 }))
  t.equal(
    formatImageReport({ ...built, outcome: 'found', parts }),
    'lancedb (arm64): unchanged, 123 MB; nothing sent; 0.4 s',
  )
  t.match(formatImageReport({ ...built, outcome: 'adopted', parts }), 'pushed by another deploy')
  t.end()
})

t.test('what Docker pushed is not known by part', (t) => {
  const parts = [{ part: 'layers' as const, size: 123_000_000, sent: 0 }]
  t.equal(
    formatImageReport({ ...built, outcome: 'builtByDocker', parts }),
    'lancedb (arm64): built and pushed by Docker, 123 MB; 0.4 s',
  )
  t.end()
})

t.test('the change against the live image', (t) => {
  const size = 123_012_300
  t.match(formatImageReport({ ...built, liveSize: size }), 'same size as the live image')
  t.match(formatImageReport({ ...built, liveSize: size - 5000 }), '5.0 kB more than the live image')
  t.match(formatImageReport({ ...built, liveSize: size + 5000 }), '5.0 kB less than the live image')
  t.end()
})
