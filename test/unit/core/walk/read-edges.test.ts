import t from 'tap'

import { readEdges } from '../../../../plugin/core/walk/read-edges.ts'
import { commonJs } from './common-js.ts'

function edgesOf(text: string, isModule = false): string[] {
  const known = { path: 'var/task/lib/a.js', text, isModule, nodeEnv: { value: undefined } }
  return readEdges(known).edges.map(({ necessity, specifier }) => `${necessity} ${specifier}`)
}

for (const [name, [text, ...edges]] of Object.entries(commonJs)) {
  t.test(`what a CommonJS file asks for ${name}`, (t) => {
    t.strictSame(edgesOf(text), edges)
    t.end()
  })
}

t.test('an ES module', (t) => {
  t.strictSame(edgesOf("import a from 'a'; export * from 'b'; export { c } from 'c'", true), [
    'eager a',
    'eager b',
    'eager c',
  ])
  t.strictSame(edgesOf("const a = await import('a'); const b = import('b')", true), [
    'eager a',
    'lazy b',
  ])
  t.strictSame(
    edgesOf(
      "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); require('x')",
      true,
    ),
    ['eager node:module', 'eager x'],
  )
  t.strictSame(edgesOf("new Worker(new URL('./w.js', import.meta.url))", true), [
    'lazy var/task/lib/w.js',
  ])
  t.end()
})

t.test('what a file is, its text says', (t) => {
  const known = { path: 'var/task/a.js', isModule: false }
  t.match(readEdges({ ...known, text: 'export default 1' }), { syntax: 'es module', edges: [] })
  t.match(readEdges({ ...known, text: 'import <- 1' }), { syntax: 'unknown', edges: [] })
  const awaits = "import a from 'a'; await a()"
  t.match(readEdges({ ...known, isModule: true, text: awaits }), { awaits: true })
  const later = "import a from 'a'; async function f() { await a() } f()"
  t.match(readEdges({ ...known, isModule: true, text: later }), { awaits: false })
  t.end()
})
