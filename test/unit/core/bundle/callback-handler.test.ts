import { join } from 'node:path'
import { compileFunction } from 'node:vm'

import { buildSync } from 'esbuild'
import t, { type Test } from 'tap'

import { takesCallback } from '../../../../plugin/core/bundle/callback-handler.ts'

/** Files of which `index` is bundled as the plugin does, and as it stands. */
function bundles(t: Test, files: Readonly<Record<string, string>>): string[] {
  const folder = t.testdir(files)
  const index = Object.keys(files).find((name) => name.startsWith('index')) ?? ''
  return [true, false].flatMap((minify) => {
    const { outputFiles } = buildSync({
      entryPoints: [join(folder, index)],
      bundle: true,
      write: false,
      format: 'cjs',
      platform: 'node',
      target: 'node24',
      minifyWhitespace: minify,
      minifySyntax: minify,
      logLevel: 'silent',
    })
    return outputFiles.map(({ text }) => text)
  })
}

/** What Lambda's client looks at, by running it. */
function lengthOf(text: string): unknown {
  const module = { exports: { handler: undefined } }
  const run = compileFunction(text, ['module', 'exports', 'require'])
  run(module, module.exports, () => ({}))
  const { handler } = module.exports
  return Object(handler).length
}

const list = '(event, context, callback)'
const certain: Record<string, Readonly<Record<string, string>>> = {
  'an arrow': { 'index.mjs': `export const handler = ${list} => callback(null, 1)` },
  'an async arrow': {
    'index.ts': `export const handler = async ${list.replace(',', ': any,')} => 1`,
  },
  'a declaration': { 'index.mjs': `export async function handler${list} {}` },
  'another name': { 'index.mjs': `const $main = function ${list} {}\nexport { $main as handler }` },
  'from another file': {
    'index.mjs': `export * from './other.mjs'`,
    'other.mjs': `export const handler = ${list} => 1`,
  },
  'beside packages': {
    'index.mjs': `import one from './one.cjs'\nimport * as two from './two.mjs'
export const handler = ${list} => callback(null, one, two)
export const other = (event) => event`,
    'one.cjs': 'module.exports = function (module, exports) { exports.handler = 1 }',
    'two.mjs': 'export const a = 1; export default (handler) => handler()',
  },
  'patterns, and more of them': {
    'index.mjs': 'export const handler = ({ a }, [b], c, d = 1, ...e) => [a, b, c, d, e]',
  },
  'exports.handler': { 'index.cjs': `exports.handler = ${list} => 1` },
  'module.exports.handler': {
    'index.cjs': `const fs = require('fs')\nmodule.exports.handler = async function ${list} { fs }`,
  },
  'module.exports, a name': {
    'index.cjs': `module.exports = { handler }\nfunction handler${list} {}`,
  },
  'module.exports, a method': { 'index.cjs': `module.exports = { handler${list} {}, a: 1 }` },
  'several exports': { 'index.cjs': `exports.a = 1\nexports.handler = ${list} => 1` },
}

const given = `(f) => ${list} => f(event, context, callback)`
Object.assign(certain, {
  'a wrapper that gives one': {
    'index.mjs': `const wrap = ${given}\nexport const handler = wrap(async () => 1)`,
  },
  'a wrapper that is declared, and its name exported': {
    'index.mjs': `function wrap(f) { const g = 1; return function ${list} { return f(g) } }
const main = wrap(() => 1)\nexport { main as handler }`,
  },
  'a wrapper that gives one by its name': {
    'index.cjs': `const wrap = (f) => { const inner = ${list} => f(inner.a); return inner }
exports.handler = wrap(() => 1)`,
  },
  'a wrapper from another file': {
    'index.mjs': `import { wrap } from './wrap.mjs'\nexport const handler = wrap(async () => 1)`,
    'wrap.mjs': `export const wrap = ${given}`,
  },
  'a wrapper from a CommonJS file': {
    'index.mjs': `import { wrap } from './wrap.cjs'\nexport const handler = wrap(async () => 1)`,
    'wrap.cjs': `exports.other = 1\nexports.wrap = ${given}`,
  },
  'a wrapper that a CommonJS file is': {
    'index.mjs': `import wrap from './wrap.cjs'\nexport const handler = wrap(async () => 1)`,
    'wrap.cjs': `module.exports = wrap\nfunction wrap(f) { return ${list} => f() }`,
  },
})

for (const [name, files] of Object.entries(certain)) {
  t.test(`certain: ${name}`, (t) => {
    for (const text of bundles(t, files)) {
      t.ok(takesCallback(text, 'handler'), text)
      t.ok(Number(lengthOf(text)) >= 3, 'and it is true')
    }
    t.end()
  })
}

const wrap = 'const wrap = (f) => (event) => f(event)'
const fine: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'two parameters': { 'index.mjs': 'export const handler = async (event, context) => 1' },
  'a default among them': { 'index.mjs': 'export const handler = (a, b = 1, c) => 1' },
  'a rest': { 'index.mjs': 'export const handler = (a, b, ...c) => 1' },
  'a wrapper': { 'index.mjs': `${wrap}\nexport const handler = wrap(${list} => 1)` },
  'wrapped by name': {
    'index.mjs': `${wrap}\nconst inner = ${list} => 1\nexport const handler = wrap(inner)`,
  },
  'wrapped in place': {
    'index.mjs': `${wrap}\nlet handler = ${list} => 1\nhandler = wrap(handler)\nexport { handler }`,
  },
  'wrapped by destructuring': {
    'index.mjs': `${wrap}\nlet handler = ${list} => 1\n;[handler] = [wrap(handler)]\nexport { handler }`,
  },
  'wrapped in a function': {
    'index.mjs': `${wrap}\nlet handler = ${list} => 1
export { handler }\nconst start = () => { handler = wrap(handler) }\nstart()`,
  },
  'its length is another': {
    'index.mjs': `export const handler = ${list} => 1
Object.defineProperty(handler, 'length', { value: 2 })`,
  },
  'assigned twice': {
    'index.cjs': `${wrap}\nexports.handler = ${list} => 1\nexports.handler = wrap(exports.handler)`,
  },
  'the whole wrapped': {
    'index.cjs': `exports.handler = ${list} => 1
module.exports = Object.fromEntries(Object.entries(exports).map(([k, f]) => [k, (e) => f(e)]))`,
  },
  'changed through another name': {
    'index.cjs': `exports.handler = ${list} => 1\nfor (const e of [exports]) e.handler = (a) => 1`,
  },
  'a later spread': {
    'index.cjs': `const more = { handler: (a) => 1 }
module.exports = { handler${list} {}, ...more }`,
  },
  'declared in a branch': {
    'index.cjs': `var handler = ${list} => 1\nif (handler) { var handler = (a) => 1 }
exports.handler = handler`,
  },
  'another export': {
    'index.mjs': `export const other = ${list} => 1\nexport const handler = (a) => 1`,
  },
  'a wrapper that gives one or another': {
    'index.mjs': `const wrap = (f) => { if (!f.a) return (event) => f(event); return ${list} => f() }
export const handler = wrap(() => 1)`,
  },
  'a wrapper that changes what it gives': {
    'index.mjs': `const wrap = (f) => { const inner = ${list} => f(); Object.defineProperty(inner, 'length', { value: 2 }); return inner }
export const handler = wrap(() => 1)`,
  },
  'a wrapper that is replaced': {
    'index.mjs': `let wrap = (f) => ${list} => f()\nwrap = (f) => () => f()\nexport const handler = wrap(() => 1)`,
  },
  'no script': { 'index.cjs': 'exports.handler = (a) => 1' },
}

for (const [name, files] of Object.entries(fine)) {
  t.test(`not said of: ${name}`, (t) => {
    for (const text of bundles(t, files)) {
      t.notOk(takesCallback(text, 'handler'), text)
      t.ok(Number(lengthOf(text)) < 3, 'and it is true')
    }
    t.end()
  })
}

t.test('a handler that streams has three parameters by right', (t) => {
  const text = `export const handler = awslambda.streamifyResponse(async (event, stream, context) => 1)
const inPlace = async (event, stream, context) => 1
awslambda.streamifyResponse(inPlace)
export { inPlace }`
  for (const bundle of bundles(t, { 'index.mjs': text })) {
    t.notOk(takesCallback(bundle, 'handler'))
    t.notOk(takesCallback(bundle, 'inPlace'))
  }
  t.end()
})

t.test('what cannot be parsed is not judged', (t) => {
  t.notOk(takesCallback(`exports.handler = ${list} => {{`, 'handler'))
  t.end()
})
