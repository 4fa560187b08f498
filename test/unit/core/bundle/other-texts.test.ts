import { build } from 'esbuild'
import fc from 'fast-check'
import t from 'tap'

import { otherTexts } from '../../../../plugin/core/bundle/other-texts.ts'

/** Few characters, so that texts have much in common; with those that mean something. */
const texts = fc.array(
  fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '-', ']', '^', '\\', '$'), maxLength: 6 }),
)

t.test('every text but the given ones is matched', (t) => {
  fc.assert(
    fc.property(texts, texts, (given, others) => {
      const pattern = otherTexts(given)
      for (const text of [...given, ...others, ...given.map((each) => `${each}a`)])
        t.equal(pattern.test(text), !given.includes(text), JSON.stringify([text, given]))
    }),
  )
  t.end()
})

t.test('what has characters that are counted in two ways is matched always', (t) => {
  const pattern = otherTexts(['/é/a.js', '/a/😀.js', '/a\n', '/a'])
  for (const text of ['/é/a.js', '/a/😀.js', '/a\n', '/é', '/', '']) t.match(text, pattern, text)
  t.notMatch('/a', pattern)
  t.end()
})

t.test('esbuild reads the pattern as we do', async (t) => {
  const files = t.testdir({
    'a.js': '',
    'a.jsx': '',
    'b-[1]^$.js': '',
    'ä😀.js': '',
    c: { 'd.js': '', 'd+(e).js': '' },
    'entry.js': ['a.js', 'a.jsx', 'b-[1]^$.js', 'ä😀.js', 'c/d.js', 'c/d+(e).js']
      .map((path) => `import './${path}'`)
      .join('\n'),
  })
  const given = ['a.js', 'b-[1]^$.js', 'c/d+(e).js', 'c/d', 'entry.js']
  const seen: string[] = []
  await build({
    entryPoints: [`${files}/entry.js`],
    bundle: true,
    write: false,
    plugins: [
      {
        name: 'seen',
        setup(run) {
          run.onLoad(
            { filter: otherTexts(given.map((path) => `${files}/${path}`)) },
            ({ path }) => {
              seen.push(path.slice(files.length + 1))
              return undefined
            },
          )
        },
      },
    ],
  })
  t.strictSame(seen.toSorted(), ['a.jsx', 'c/d.js', 'ä😀.js'])
})
