import t from 'tap'

import { requireTarget } from '../../../../plugin/core/bundle/require-target.ts'

const none = { kind: 'none' }
const file = (path: string) => ({ kind: 'file', path })

const cases: [name: string, manifest: Record<string, unknown>, subpath: string, found: unknown][] =
  [
    ['nothing said', {}, '.', file('index.js')],
    ['main', { main: 'lib/a.cjs' }, '.', file('lib/a.cjs')],
    ['a subpath without exports', { main: 'a.js' }, './b.js', file('b.js')],
    ['a string', { exports: './a.js', main: 'b.js' }, '.', file('a.js')],
    ['import only', { exports: { import: './a.js' }, main: 'b.js' }, '.', none],
    ['both', { exports: { import: './a.mjs', require: './a.cjs' } }, '.', file('a.cjs')],
    [
      'the first that applies',
      { exports: { node: './n.js', require: './r.js' } },
      '.',
      file('n.js'),
    ],
    [
      'nested',
      { exports: { '.': { node: { import: './i.js', default: './d.js' } } } },
      '.',
      file('d.js'),
    ],
    ['nested without', { exports: { '.': { node: { import: './i.js' } } } }, '.', none],
    ['module-sync is off in Lambda', { exports: { 'module-sync': './m.js' } }, '.', none],
    [
      'types do not count',
      { exports: { types: './t.d.ts', default: './a.js' } },
      '.',
      file('a.js'),
    ],
    ['a list', { exports: [{ import: './i.js' }, './a.cjs'] }, '.', file('a.cjs')],
    ['a subpath', { exports: { './x': './lib/x.js' } }, './x', file('lib/x.js')],
    ['no such subpath', { exports: { './x': './lib/x.js' } }, './y', none],
    ['no root', { exports: { './x': './lib/x.js' } }, '.', none],
    ['a pattern', { exports: { './*.js': './lib/*.cjs' } }, './a/b.js', file('lib/a/b.cjs')],
    [
      'the longest pattern',
      { exports: { './*': './a/*', './in/*': './b/*' } },
      './in/x',
      file('b/x'),
    ],
    ['a closed subpath', { exports: { './*': './a/*', './in/*': null } }, './in/x', none],
  ]

for (const [name, manifest, subpath, found] of cases) {
  t.test(name, (t) => {
    t.strictSame(requireTarget(manifest, subpath), found)
    t.end()
  })
}
