import t from 'tap'

import { bundledCode } from '../../../../plugin/core/contents/bundled-packages.ts'

const index = 'http/get-index/index.cjs'
const other = 'http/get-other/index.cjs'
const open = (to: string) => ({ to, external: true })
const inner = (to: string) => ({ to, external: false })

t.test('what each file of a bundle is made of, by package', (t) => {
  const source = (
    path: string,
    into: Record<string, number>,
    ...imports: { to: string; external: boolean }[]
  ) => ({
    path,
    file: `/app/${path}`,
    into,
    imports,
  })
  const code = bundledCode([
    source(
      'src/http/get-index/index.ts',
      { [index]: 5 },
      inner('node_modules/a/index.js'),
      open('sharp/lib'),
      open('node:fs'),
    ),
    source('src/shared.ts', { [index]: 2, [other]: 2 }),
    source(
      'node_modules/a/index.js',
      { [index]: 10 },
      inner('node_modules/a/more.js'),
      inner('node_modules/a/node_modules/@s/b/b.js'),
    ),
    source('node_modules/a/more.js', { [index]: 3 }, inner('node_modules/shaken/x.js')),
    source('node_modules/a/node_modules/@s/b/b.js', { [index]: 1, [other]: 4 }),
    source('node_modules/shaken/x.js', { [other]: 1 }),
  ])
  t.strictSame(
    code.map(({ output, folder, bytes, imports, loads }) => [
      output,
      folder,
      bytes,
      imports,
      loads,
    ]),
    [
      [index, undefined, 7, ['node_modules/a'], ['sharp']],
      [index, 'node_modules/a', 13, ['node_modules/a/node_modules/@s/b'], []],
      [index, 'node_modules/a/node_modules/@s/b', 1, [], []],
      [other, undefined, 2, [], []],
      [other, 'node_modules/a/node_modules/@s/b', 4, [], []],
      [other, 'node_modules/shaken', 1, [], []],
    ],
  )
  t.equal(code[1]?.directory, '/app/node_modules/a')
  t.end()
})
