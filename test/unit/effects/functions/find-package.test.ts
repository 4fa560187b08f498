import t from 'tap'

import { judgeSpecifier } from '../../../../plugin/effects/functions/find-package.ts'

const esm = { type: 'module' }

function installed(manifest: object, files: object = {}) {
  return { 'package.json': JSON.stringify(manifest), ...files }
}

t.test('only what is there and cannot be required is named', async (t) => {
  const root = t.testdir({
    node_modules: {
      plain: installed({}),
      broken: { 'package.json': '{' },
      'esm-main': installed({ ...esm, main: 'index.js' }),
      'esm-extension': installed({ exports: './index.mjs' }),
      'import-only': installed({ exports: { import: './index.js' } }),
      'cjs-in-esm': installed({ ...esm, exports: { import: './i.js', require: './i.cjs' } }),
      'cjs-folder': installed(
        { ...esm, exports: { require: './cjs/i.js', default: './i.js' } },
        { cjs: { 'package.json': '{"type":"commonjs"}' } },
      ),
      'esm-folder': installed(
        { exports: './esm/deep/i.js' },
        { esm: { 'package.json': '{"type":"module"}' } },
      ),
      '@scope': { dual: installed({ exports: { '.': './a.cjs', './esm': { import: './b.js' } } }) },
    },
  })
  const names = [
    'absent',
    'broken',
    'plain',
    'esm-main',
    'esm-extension',
    'import-only',
    'cjs-in-esm',
    'cjs-folder',
    'esm-folder',
    '@scope/dual',
    '@scope/dual/esm',
    './path',
  ]
  const judged = await Promise.all(names.map((name) => judgeSpecifier([root], name)))
  const esmOnly = names.filter((_, index) => judged[index] === 'esm-only')
  t.strictSame(esmOnly, [
    'esm-main',
    'esm-extension',
    'import-only',
    'esm-folder',
    '@scope/dual/esm',
  ])
})
