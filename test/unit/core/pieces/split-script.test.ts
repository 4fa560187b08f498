import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { buildSync } from 'esbuild'
import t, { type Test } from 'tap'

import { readEdges } from '../../../../plugin/core/walk/read-edges.ts'
import type { ScriptPiece } from '../../../../plugin/core/pieces/script-piece.ts'
import { splitScript } from '../../../../plugin/core/pieces/split-script.ts'
import { commonJs } from '../walk/common-js.ts'

const require = createRequire(import.meta.url)

function known(text: string) {
  return { path: 'var/task/lib/a.js', text, isModule: false, nodeEnv: { value: undefined } }
}

/** Reads a text by pieces, and compares with the whole. @returns the pieces; none: not split */
function compare(t: Test, text: string, before: readonly ScriptPiece[], name: string) {
  let kept: readonly ScriptPiece[] = []
  const memory = {
    before,
    keep(pieces: readonly ScriptPiece[]) {
      // As it comes back from a record.
      kept = JSON.parse(JSON.stringify(pieces))
    },
  }
  t.strictSame(readEdges(known(text), memory), readEdges(known(text)), name)
  return kept
}

/** Long enough to be a piece with what is before. */
const long = (name: string): string => `;var ${name} = "${'long '.repeat(900)}";`

/** Code that the table of single files lacks. */
const more = [
  'var { a = require("x"), ...b } = c; function f({ d = require("y") }) {} f()',
  'class A extends require("x") { static b = require("y"); c = require("z"); [require("q")]() {} }',
  'label: for (;;) { if (a) break label; require("x") }',
  'var g = () => require("x"), h = () => g(); async function k() { h() } k()',
  'var late = (cb) => function () { var require = cb; require("x") }; late(1)()',
  'switch (a) { case require("x"): { return } } require("y")',
  'do { if (a) return; require("x") } while (require("y")); require("z")',
  'new Worker(new URL("./w.js", "file:///var/task/")); new Worker((0, p.join)(__dirname, "v.js"))',
  'a?.b(require("x"))?.then(() => require("y"), () => require("z"))',
  'fs.readFile("a", (e) => { require("x") }); list.map((one) => one).forEach(require)',
  'requ\\u0069re("x"); (0, require)("y"); require(`./${"a"}.js`); require(1e999 ? "p" : "q")',
  'if (process.env.NODE_ENV === "production") { return } require("x")',
  'var once = (f) => () => f(); var y = once((exports, module) => { module.require("x") }); y()',
  'const m = (0, import_module.createRequire)(__filename); m("x"); m.resolve("y")',
  'function f(r) { function require() {} var r = g; require("x"); r("y") } f(require)',
  'function f() { var require; { let g = require; g("x") } } function g(require) {} f(); g()',
  'function f() { var { a, b = require("x") } = c, d = 1; var d, [e] = a; return () => d } f()',
  'function f() { function g() {} function h() { require("x") } try { g() } catch { h() } } f()',
  'var f = () => { var g = () => require("x"), h = (module) => {}; if (a) return; h(g) }; f()',
  'var p = "./x", q = make(p), u = new URL(p, "file:///a/"); require(p); require(q); require(u.p)',
  'const t = `${require("x")} // require("y")`; /* ` */ tag`${require("z")}`',
]

t.test('what pieces of a file load is what the file loads', (t) => {
  const single = [...Object.values(commonJs).map(([text]) => text), ...more]
  for (const text of single) compare(t, text, [], text)
  // Each has the others around it, and is known when it is read again elsewhere.
  const padded = single.map((text, index) => {
    const again = text
      .replaceAll(/\b(?:const|let)\b/g, 'var')
      .replaceAll('class A', `class A${index}`)
    return again + long(`pad${index}`)
  })
  const pieces = compare(t, padded.join(''), [], 'one after the other')
  t.ok(pieces.length > single.length / 2, 'in many pieces')
  compare(t, padded.join(''), pieces, 'all of them known')
  compare(t, padded.toReversed().join(''), pieces, 'in another order')
  for (const index of padded.keys())
    compare(t, padded.toSpliced(index, 1).join(''), pieces, `without ${index}`)
  t.end()
})

t.test('what a function declares for nobody is not kept', (t) => {
  const text =
    'function f(a) { var alone = [a], { none } = a, used = a; function empty() {} require(used) }'
  const [piece] = compare(t, text, [], text)
  t.match(piece?.statements, '"used"')
  for (const name of ['alone', 'none', 'empty']) t.notMatch(piece?.statements, `"${name}"`)
  t.end()
})

t.test('a change at any place is seen', (t) => {
  const text = ['var r = require("a")', 'r(require("b"))', '(function () { r("c") })()', 'r()']
    .map((one, index) => one + long(`pad${index}`))
    .join('')
  const pieces = compare(t, text, [], 'as it is')
  const marks = '/* */ // ` ${ " ; } { ( --> <!-- #! \\u0072 => /a/ else{}'.split(' ')
  const code =
    '\n|;require("q");|"use strict";|;let pad1;|;let r;|;with(a){}|;if(a)return;|;var require=r;' +
    '|;function require(){}|;try{|;}catch{}'
  const changes = [...marks, ...code.split('|')]
  const boundaries = pieces.flatMap(({ head }) => {
    const at = text.indexOf(head)
    return [at - 1, at, at + 1, at + 12]
  })
  for (const at of boundaries.filter((one) => one >= 0))
    for (const change of changes)
      compare(t, text.slice(0, at) + change + text.slice(at), pieces, `${change} at ${at}`)
  t.end()
})

t.test('a piece in what is no code is none', (t) => {
  const piece = `(function () { require("a") })();octal = 010${long('a')}`
  const pieces = compare(t, `first()${long('x')}${piece}last()`, [], 'as code')
  for (const [before, after] of [
    ['/*', '*/'],
    ['`', '`'],
    ['"', '"'],
    ['//', '\n'],
    ['x;//', '\n'],
    ['x;<!--', '\n'],
    ['x\n-->', '\n'],
    ['#!', '\n'],
    ['x = function () {', '}'],
    ['if (a) ', ''],
    ['x =', ''],
    ['x = y', ''],
    ['x = {}', ''],
    ['x => {}', ''],
    ['function x() {}', ''],
  ])
    compare(t, `first()${long('x')}${before}${piece}${after}\nlast()`, pieces, `${before}`)
  for (const before of ['"use strict";', '"a";"use strict";', '#!/a\n"use strict";', '/*\n*/'])
    compare(t, `${before}first()${long('x')}${piece}`, pieces, `${before} first`)
  t.end()
})

t.test('what follows a piece can change what it is', (t) => {
  for (const [text, after] of [
    [`first(require('b'))${long('x')}y = z`, '(function () { require("a") })()'],
    [`first(require('b'))${long('x')}function y() {}`, '(function () { require("a") })()'],
    [`first(require('b'))${long('x')}`, '--> x\nrequire("a")'],
    [`first(require('b'))${long('x')}`, '/* */ --> x\nrequire("a")'],
    [`first(require('b'))${long('x')}if (a) b();`, 'else require("a")'],
    [`first(require('b'))${long('x')}// a`, '; require("a")'],
  ] as const)
    compare(t, text + after, compare(t, text, [], text.slice(-20)), after)

  const directive = `"${'long '.repeat(900)}";`
  const octal = `octal = 010; require("a")${long('x')}`
  const sloppy = compare(t, directive + octal, [], 'of directives and octal numbers')
  compare(t, `${directive}"use strict";${octal}`, sloppy, 'strict by a later directive')
  t.end()
})

t.test('names that only one may declare', (t) => {
  const text = `let a = require("a")${long('x')}b(require("b"))${long('y')}`
  const pieces = compare(t, text, [], 'once')
  for (const last of ['var a = 1', 'let a', 'class a {}', '{ var a }', 'function a() {}', 'a = 1'])
    compare(t, text + last, pieces, last)
  t.end()
})

const entry = `
  const arc = require('@architect/functions')
  exports.handler = async () => arc.tables(require.resolve('./x'), import('y').catch(() => 1))`

function bundle(contents: string, minify: boolean): string {
  const [output] = buildSync({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    external: ['y', './x', '@aws-lite/*', 'aws-sdk', 'aws-sdk/*', '@aws-sdk/*', '@smithy/*'],
    minifyWhitespace: minify,
    minifySyntax: minify,
  }).outputFiles
  return output?.text ?? ''
}

for (const minify of [true, false]) {
  t.test(`of a bundle only what changed is read, minified: ${minify}`, (t) => {
    const before = bundle(entry, minify)
    const pieces = compare(t, before, [], 'before')
    t.ok(pieces.length > 10, 'in many pieces')
    const after = bundle(`${entry}\nrequire('node:dns')`, minify)
    compare(t, after, pieces, 'after')
    const now = splitScript(after, pieces) ?? []
    const anew = now.filter(({ piece }) => !pieces.includes(piece))
    const length = anew.reduce((sum, { piece }) => sum + piece.length, 0)
    t.ok(now.length > 10 && length < after.length / 10, `${length} of ${after.length}`)
    t.end()
  })
}

t.test('files of packages', (t) => {
  const names =
    '@babel/core yauzl minimatch ajv semver graceful-fs @aws-lite/client acorn esbuild chokidar ' +
    'dockerfile-ast @architect/inventory tar ws'
  const files = names.split(' ').flatMap((name) => {
    try {
      return [require.resolve(name)]
    } catch {
      return []
    }
  })
  t.ok(files.length > 5)
  const text = files.map((file) => readFileSync(file, 'utf8').replace(/^#!.*/, '')).join('\n')
  for (const file of files) {
    const own = readFileSync(file, 'utf8')
    const pieces = compare(t, own, [], file)
    compare(t, `${own}\nrequire('zz')`, pieces, `${file}, and one line`)
  }
  compare(t, text, [], 'all in one')
  t.end()
})
