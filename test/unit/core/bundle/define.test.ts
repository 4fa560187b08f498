import t from 'tap'

import {
  preludeOf,
  replacementsOf,
  resolveDefinitions,
} from '../../../../plugin/core/bundle/define.ts'

t.test('the template goes before the shell, and names come sorted and once', (t) => {
  const { values, problems } = resolveDefinitions(
    ['B', 'A', 'A'],
    { A: 'of the template' },
    { A: 'of the shell', B: 'of the shell' },
  )
  t.strictSame(
    [...values],
    [
      ['A', 'of the template'],
      ['B', 'of the shell'],
    ],
  )
  t.strictSame(problems, [])
  t.end()
})

t.test('a literal of the template is taken as it is, an empty one too', (t) => {
  const { values } = resolveDefinitions(['E', 'N', 'B'], { E: '', N: 7, B: false }, { E: 'x' })
  t.strictSame(Object.fromEntries(values), { B: 'false', E: '', N: '7' })
  t.end()
})

t.test('what is known only after the deploy, or nowhere, is a problem', (t) => {
  const { values, problems } = resolveDefinitions(
    ['TABLE', 'GONE', 'EMPTY'],
    { TABLE: { Ref: 'MemoryTable' } },
    { TABLE: 'of the shell', EMPTY: '' },
  )
  t.equal(values.size, 0)
  t.strictSame(problems, [
    "'EMPTY' has no value, neither in the stage's template nor in the shell",
    "'GONE' has no value, neither in the stage's template nor in the shell",
    "'TABLE' is Ref in the template: its value is known after the deploy",
  ])
  t.end()
})

t.test('names of Object.prototype are no values', (t) => {
  t.equal(resolveDefinitions(['constructor'], {}, Object.create(null)).problems.length, 1)
  t.end()
})

t.test('values reach code as literals', (t) => {
  const values = new Map([['A', 'say "x"\n']])
  t.strictSame(replacementsOf(values), {
    'process.env.A': '"say \\"x\\"\\n"',
    'import.meta.env.A': '"say \\"x\\"\\n"',
  })
  t.equal(preludeOf(values), 'process.env["A"]??="say \\"x\\"\\n";')
  t.equal(preludeOf(new Map()), '')
  t.end()
})
