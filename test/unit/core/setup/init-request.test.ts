import t from 'tap'

import { packageNameOf, readInitRequest } from '../../../../plugin/core/setup/init-request.ts'

t.test('a function, an image, packages', (t) => {
  const rows = [
    [['get /', 'sharp'], [], ['get /'], 'sharp', ['sharp']],
    [['get', '/', 'sharp'], [], ['get', '/'], 'sharp', ['sharp']],
    [['get /', 'sharp@0.34.0'], [], ['get /'], 'sharp', ['sharp@0.34.0']],
    [['get /', '@lancedb/lancedb'], [], ['get /'], 'lancedb', ['@lancedb/lancedb']],
    [
      ['get /', 'lancedb', '@lancedb/lancedb', 'apache-arrow'],
      [],
      ['get /'],
      'lancedb',
      ['@lancedb/lancedb', 'apache-arrow'],
    ],
    [
      ['get /', '@duckdb/node-api', 'sharp'],
      [],
      ['get /'],
      'node-api',
      ['@duckdb/node-api', 'sharp'],
    ],
    [['scheduled', 'compact', 'lancedb'], ['lancedb'], ['scheduled', 'compact'], 'lancedb', []],
    [['get /', 'numpy==2.1'], [], ['get /'], 'numpy', ['numpy==2.1']],
  ] as const
  for (const [operands, existing, functionWords, image, packages] of rows)
    t.strictSame(readInitRequest(operands, existing), { functionWords, image, packages })
  t.end()
})

t.test('what cannot be meant', (t) => {
  t.match(readInitRequest([], []), /needs a function/)
  t.match(readInitRequest(['get /'], []), /needs a function/)
  t.match(readInitRequest(['get', '/'], []), /needs a function/)
  t.match(readInitRequest(['get /', 'live'], []), /cannot name an image after 'live'.*IMAGE live/)
  t.match(readInitRequest(['get /', 'a', ''], []), /does not take '' for a package/)
  t.end()
})

t.test('the names of packages', (t) => {
  const written = ['sharp', 'sharp@^1', '@a/b', '@a/b@1', 'numpy==2', 'a[b]>=1', 'x ; python>3']
  t.strictSame(written.map(packageNameOf), ['sharp', 'sharp', '@a/b', '@a/b', 'numpy', 'a', 'x'])
  t.end()
})
