import { glob, readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'

import t from 'tap'

import { apparentEdges } from '../../../../plugin/core/edges/apparent-edges.ts'
import { loadsWhole } from '../../../../plugin/core/walk/loads-whole.ts'
import { readEdges } from '../../../../plugin/core/walk/read-edges.ts'
import { isScript } from '../../../../plugin/effects/walk/is-script.ts'
import { createShippedTree } from '../../../../plugin/core/walk/shipped-tree.ts'

const root = join(import.meta.dirname, '../../../..')

function specifiers(text: string): readonly string[] | undefined {
  return apparentEdges(text, isScript)?.edges.map(({ specifier }) => specifier)
}

t.test('what can be seen without parsing', (t) => {
  t.strictSame(specifiers('const a = require("a"), b = require( \'b/c\' ).b'), ['a', 'b/c'])
  t.strictSame(specifiers('if (require.main === module) require.resolve("a")'), ['a'])
  t.strictSame(specifiers('// require("said")'), [])
  t.strictSame(specifiers('a = 1 // require("said")'), ['said'], 'more than there is')
  t.strictSame(specifiers('// a\rrequire("b")'), ['b'], 'a comment ends with its line')
  t.strictSame(specifiers('typeof require("a")'), ['a'])
  t.strictSame(specifiers('typeof require === "function" && typeof require !="x" ? b : c'), [])
  t.strictSame(specifiers(String.raw`a = "\u00e4\u2028"; require("b")`), ['b'])
  t.strictSame(specifiers('x(typeof require, required, $require, o.requires("b"))'), [])
  t.strictSame(specifiers('async function a() { await require("a") }'), ['a'])
  t.strictSame(specifiers('  // Annotate for ESM import in node:\n0 && (module.exports = {})'), [])
  t.end()
})

const unseen: Readonly<Record<string, string>> = {
  'worked out': 'require("a" + b)',
  'a variable': 'const a = "x"; require(a)',
  'a template': 'require(`a`)',
  'an escape': String.raw`require("\x61")`,
  'more arguments': 'require.resolve("a", { paths: [__dirname] })',
  'another name': 'const load = require; load("a")',
  'handed over': '((r) => r("a"))(require)',
  'called so': 'require.call(module, "a")',
  'a comment between': 'require(/* a */ "a")',
  'a property': 'module["require"]("a")',
  'made for the file': 'const r = module.createRequire(__filename); r("a")',
  imported: 'import("a")',
  'an ES module': 'export const a = 1',
  'a worker': 'new Worker(__dirname + "/a.js")',
  'awaited at the top': 'const a = await require("a").b()',
  'in a template, after what looks like a comment': '`\n// ${import("a")}`',
  'after a template that ends in such a line': '`\n// `; import("a")',
  'after a comment that a carriage return ends': '// a\rrequire(b)',
  'after a comment that a line separator ends': '// a\u2028require(b)',
  'a name with an escape': String.raw`requ\u0069re("a"); require("b")`,
  'a name with another escape': String.raw`require("b"); module.require; module.r\u{0065}quire("a")`,
  'the type of what is loaded': 'const a = "x"; if (typeof require(a) === "object") b()',
  'the type of what is loaded, with a comment between': 'typeof require /* a */ (a)',
}
for (const [name, text] of Object.entries(unseen))
  t.test(`only parsing tells: ${name}`, (t) => {
    t.equal(specifiers(text), undefined)
    t.end()
  })

t.test('nothing that parsing finds is missing, in packages as they are', async (t) => {
  let seen = 0
  for (const name of ['semver', 'minimatch', '@architect', 'apache-arrow/util', 'yaml/dist']) {
    for await (const file of glob(`node_modules/${name}/**/*.{js,cjs}`, { cwd: root })) {
      const text = await readFile(join(root, file), 'utf8')
      const apparent = apparentEdges(text, isScript)
      if (apparent === undefined) continue
      seen++
      const { edges, syntax } = readEdges({ path: file, text, isModule: false })
      const all = new Set(apparent.edges.map((edge) => `${edge.mode} ${edge.specifier}`))
      const missed = edges.filter((edge) => !all.has(`${edge.mode} ${edge.specifier}`))
      if (missed.length > 0 || syntax === 'es module') t.fail(file, { missed, syntax })
    }
  }
  t.ok(seen > 100, `${seen} files`)
})

function loadsOf(files: Readonly<Record<string, string>>): readonly string[] {
  const paths = Object.keys(files)
  const tree = createShippedTree({
    entry: (path) =>
      path in files
        ? { kind: 'file' }
        : paths.some((one) => one.startsWith(`${path}/`))
          ? { kind: 'directory' }
          : undefined,
    read: (path) => Buffer.from(files[path] ?? ''),
    unlisted: () => 'absent',
  })
  return loadsWhole(tree, ['a'], 24, { isBuiltin, isScript })
}

t.test('packages load whole as parsing says, whatever it looks like', (t) => {
  const folder = 'var/task/node_modules'
  const a = `${folder}/a/index.js`
  const whole = ['require a', 'import a']
  t.strictSame(loadsOf({ [a]: 'require("./b")', [`${folder}/a/b.js`]: '' }), whole)
  t.strictSame(loadsOf({ [a]: 'require("./b")' }), [], 'missing')
  t.strictSame(loadsOf({ [a]: 'try { require("./b") } catch {}' }), whole, 'tolerated')
  t.strictSame(loadsOf({ [a]: 'a = 1 // require("./b")' }), whole, 'a comment')
  const lazy = { [a]: 'exports.b = () => require("./b")', [`${folder}/a/b.js`]: 'require("./c")' }
  t.strictSame(loadsOf(lazy), whole, 'missing of what is loaded later')
  const awaits = { [a]: 'require("./b")', [`${folder}/a/b.js`]: 'await require("fs")' }
  t.strictSame(loadsOf(awaits), [], 'awaits at its top')
  const modules = { [a]: 'require("./b.mjs")', [`${folder}/a/b.mjs`]: '' }
  t.strictSame(loadsOf(modules), [], 'an ES module')
  const unused = { [a]: 'a = 1 // require("./b.mjs")', [`${folder}/a/b.mjs`]: '' }
  t.strictSame(loadsOf(unused), whole, 'an ES module that is only spoken of')
  t.end()
})
