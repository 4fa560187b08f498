import t from 'tap'

import { createPaint } from '../../../../plugin/cli/print/paint.ts'
import { formatTable } from '../../../../plugin/cli/print/table.ts'

t.test('columns', (t) => {
  const rows = [
    ['lancedb', '62 MB', 'held'],
    ['small', '1.2 kB', ''],
  ]
  t.equal(
    formatTable(['Image', 'Size', 'Why'], rows, [1]),
    ['Image      Size  Why', 'lancedb   62 MB  held', 'small    1.2 kB'].join('\n'),
  )
  t.end()
})

t.test('a table fits its width, and no word is parted', (t) => {
  const rows = [
    ['lancedb', 'MyAppStaging, MyAppStagingPR5, MyAppStagingPR77, MyAppProduction'],
    ['small', '-'],
  ]
  t.equal(
    formatTable(['Image', 'Held by'], rows, [], 30),
    [
      'Image    Held by',
      'lancedb  MyAppStaging,',
      '         MyAppStagingPR5,',
      '         MyAppStagingPR77,',
      '         MyAppProduction',
      'small    -',
    ].join('\n'),
  )
  const long = 'lancedb-arm64-0123456789abcdef0123456789abcdef'
  t.ok(formatTable(['Image', 'Why'], [[long, 'no stack uses it']], [], 40).includes(long))
  t.end()
})

t.test('colours only where somebody looks', (t) => {
  t.equal(createPaint({ isTTY: true }, {})('red', 'x'), '\u001b[31mx\u001b[39m')
  t.equal(createPaint({ isTTY: true }, { NO_COLOR: '', CI: '' })('red', 'x').length, 11)
  for (const [stream, environment] of [
    [{}, {}],
    [{ isTTY: true }, { NO_COLOR: '1' }],
    [{ isTTY: true }, { CI: 'true' }],
  ] as const)
    t.equal(createPaint(stream, environment)('red', 'x'), 'x')
  t.end()
})
