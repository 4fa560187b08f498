import { createRequire } from 'node:module'
import t from 'tap'

import { readArcLines } from '../../../../plugin/core/arc-text/arc-lines.ts'
import { linesOfValues } from '../../../../plugin/core/arc-text/arc-values.ts'
import { type Pragmas, parsePragmas } from '../../../../plugin/core/arc/pragma.ts'
import { appOf } from '../../../fixtures/app-of.ts'

interface Parser {
  lexer(text: string): { type: string; value: unknown; line: number }[]
  json(text: string): Record<string, unknown>
  yaml(text: string): Record<string, unknown>
}
const parse: Parser = createRequire(import.meta.url)('@architect/parser')

t.test('lines keep their text, indentation and words', (t) => {
  const raw = '@app\nx\n\n@images # for all\r\nlancedb\r\n\tbase  "a b@c" # why\r\n  omit x`y z"\n'
  t.strictSame(readArcLines(raw).get('images'), [
    { text: 'lancedb', indent: 0, words: ['lancedb'], line: 5 },
    { text: 'base  "a b@c"', indent: 2, words: ['base', 'a b@c'], line: 6 },
    { text: 'omit x`y z"', indent: 2, words: ['omit', 'x`y', 'z"'], line: 7 },
  ])
  t.end()
})

t.test('a quoted word may hold # and line breaks', (t) => {
  const raw = '@images\na \'#no comment\' # one\nb "two\nlines" c'
  t.strictSame(
    readArcLines(`${raw}\nd`)
      .get('images')
      ?.map(({ words, line }) => [line, ...words]),
    [
      [2, 'a', '#no comment'],
      [3, 'b', 'two\nlines', 'c'],
      [5, 'd'],
    ],
  )
  t.end()
})

t.test("the words are those of Architect's own lexer", (t) => {
  const raw = '@x\none  two\t"three @ four" # five\n  six true 7 8.5 -9\n/a/:b/* $c a=b,c'
  const tokens = parse.lexer(raw)
  const scalars = tokens.filter(({ type }) => ['string', 'number', 'boolean'].includes(type))
  const expected = [2, 3, 4].map((line) =>
    scalars.filter((token) => token.line === line).map(({ value }) => String(value)),
  )
  t.strictSame(
    readArcLines(raw)
      .get('x')
      ?.map(({ words }) => words),
    expected,
  )
  t.end()
})

const manifests: Readonly<Record<string, Record<string, unknown>>> = {
  'arc.json': parse.json(
    JSON.stringify({
      'container-images': [['get', '/', 'img'], 'scheduled compact img'],
      images: {
        repository: 'my/app',
        define: ['A', 'B'],
        img: { base: 'node:24', omit: ['x', 'y'] },
      },
    }),
  ),
  'package.json': parse.json(
    JSON.stringify({
      'container-images': { 'get /': 'img', 'scheduled compact': 'img' },
      images: [
        ['repository', 'my/app'],
        ['define', 'A', 'B'],
        { img: { base: 'node:24', omit: ['x', 'y'] } },
      ],
    }),
  ),
  'arc.yaml': parse.yaml(
    [
      'container-images:',
      '  - [get, /, img]',
      '  - scheduled compact img',
      'images:',
      '  repository: my/app',
      '  define: [A, B]',
      '  img:',
      '    - base: node:24',
      '    - omit: [x, y]',
    ].join('\n'),
  ),
}

for (const [manifest, arc] of Object.entries(manifests)) {
  t.test(`${manifest} says the same as app.arc`, (t) => {
    const raw =
      '@container-images\nget / img\nscheduled compact img\n@images\nrepository my/app\ndefine A B\nimg\n  base node:24\n  omit x y'
    const other = parsePragmas({ ...appOf(''), manifest, arc })
    const expected = parsePragmas(appOf(raw))
    t.strictSame(other.problems, [])
    const settingsOf = ({ settings: { images, ...app } }: Pragmas) => [
      app,
      ...[...images].map(([name, image]) => [name, { ...image, places: undefined }]),
    ]
    t.strictSame(settingsOf(other), settingsOf(expected))
    t.strictSame(other.requests[0]?.place, manifest)
    t.strictSame(
      other.requests.map(({ pragma, name, image }) => [pragma, name, image]),
      expected.requests.map(({ pragma, name, image }) => [pragma, name, image]),
    )
    t.end()
  })
}

t.test('values that are no list have no lines', (t) => {
  t.strictSame(linesOfValues(undefined), [])
  t.strictSame(linesOfValues('text'), [])
  t.strictSame(linesOfValues([7, true]), [
    { text: '7', indent: 0, words: ['7'] },
    { text: 'true', indent: 0, words: ['true'] },
  ])
  t.end()
})
