import { cp, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BuildOptions } from 'esbuild'
import t, { type Test } from 'tap'

import type { ImageFunction } from '../../../../plugin/core/model.ts'
import { buildOptions } from '../../../../plugin/effects/bundle/build-options.ts'
import { modulePlaces } from '../../../../plugin/effects/functions/module-places.ts'
import { locationPlugin } from '../../../../plugin/effects/bundle/location-plugin.ts'
import { runEsbuild, type RunOutput } from '../../../../plugin/effects/bundle/run-esbuild.ts'
import { splitRun } from '../../../../plugin/effects/bundle/split-run.ts'
import { planOf } from '../../../fixtures/corpus.ts'

type Files = Parameters<Test['testdir']>[0] & object

interface Given {
  /** By the name of the function; `index.ts` below `src/http/get-NAME/`. */
  readonly functions: Readonly<Record<string, string>>
  readonly files?: Files
  readonly shared?: Files
  readonly config?: BuildOptions
}

/** Runs esbuild for all functions, in both orders, and for each alone. */
async function open(t: Test, { functions, files = {}, shared = {}, config = {} }: Given) {
  const app = await realpath(await mkdtemp(join(tmpdir(), 'split-')))
  t.teardown(() => rm(app, { recursive: true, force: true }))
  const http = Object.fromEntries(
    Object.entries(functions).map(([name, text]) => [`get-${name}`, { 'index.ts': text }]),
  )
  await cp(t.testdir({ ...files, src: { http, shared } }), app, { recursive: true })
  const targets = Object.keys(functions).flatMap(
    (name) => planOf(app, { entry: `http/get-${name}/index.ts` }).functions,
  )
  const folders = { shared: join(app, 'src/shared') }
  const { options } = await buildOptions({
    appDirectory: app,
    outputDirectory: join(app, '.container-images'),
    nodeVersion: 24,
    functions: targets,
    values: new Map(),
    externals: ['of-image'],
    folders,
    config,
  })
  const plugins = [...options.plugins, locationPlugin(modulePlaces(targets, folders, app))]
  const run = (those: readonly ImageFunction[]): Promise<RunOutput> => {
    const entryPoints = those.map(({ entryFile, folder }) => ({
      in: entryFile,
      out: `${folder}/index`,
    }))
    return runEsbuild({ ...options, plugins, entryPoints }, 'var prelude;', 'image')
  }
  return { targets, run }
}

/** @param apart names of functions that do not come out of a run with others */
function check(name: string, given: Given, apart: readonly string[] = []): void {
  t.test(name, async (t) => {
    const { targets, run } = await open(t, given)
    for (const order of [targets, targets.toReversed()]) {
      const parts = splitRun(await run(order))
      const expected = order.filter((target) => !apart.includes(target.name.replace('get-', '')))
      t.strictSame(
        [...parts.keys()].toSorted(),
        expected.map(({ folder }) => `${folder}/index.cjs`).toSorted(),
      )
      for (const target of expected) {
        const alone = await run([target])
        const part = parts.get(`${target.folder}/index.cjs`)
        t.strictSame(part && plain(part), plain(alone), `${target.name} is what it is alone`)
      }
    }
  })
}

function plain({ files, modules, warnings }: RunOutput): unknown {
  return {
    files: files.map(({ bytes, map, parts, ...rest }) => ({
      ...rest,
      text: Buffer.from(bytes).toString(),
      map: map && Buffer.from(map).toString(),
      parts: [...parts].toSorted(byPath),
    })),
    modules: [...modules].toSorted(byPath),
    warnings,
  }
}

function byPath([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}

const handler = 'export const handler = async () => 1\n'
const uses = (text: string, value: string): string =>
  `${text}\nexport const handler = async () => ${value}\n`

const decorated = `
  function deco(...args: unknown[]): any { return args }
  export class Field { @deco name = 1 }
  export const unused = sideEffect()`
const decorators = '{"compilerOptions":{"experimentalDecorators":true}}'

check('functions that share modules, each in another way', {
  functions: {
    one: uses('import { a } from "../../../lib/both.js"; import dep from "dep"', '[a, dep]'),
    two: uses('import * as all from "../../../lib/both.js"', '[all, require("dep")]'),
    three: uses('const both = require("../../../lib/both.js")', '[both, import("dep"), __dirname]'),
    four: uses('import "../../../lib/effect.js"; import { a } from "../../../lib/again.js"', 'a'),
    five: uses(
      'import { share } from "@architect/shared/tools.js"',
      '[share, require("of-image")]',
    ),
    six: uses(
      'import { share } from "@architect/shared/tools.js"',
      '[share, require("@aws-sdk/x")]',
    ),
    seven: handler,
  },
  shared: { 'tools.js': 'exports.share = __filename' },
  files: {
    lib: {
      'both.js': 'export const a = 1; export const b = () => a; if (a) console.log(b)',
      'again.js': 'export * from "./both.js"; export const name = 2',
      'effect.js': 'const name = 3; console.log(name); exports.inner = name',
    },
    'tsconfig.json': decorators,
    node_modules: {
      dep: {
        'package.json': '{"name":"dep","exports":{"import":"./main.mjs","require":"./main.cjs"}}',
        'main.mjs': 'import { inner } from "./inner.mjs"; export default inner',
        'inner.mjs': 'export const inner = import.meta.url, name = "inner"',
        'main.cjs': 'exports.main = require("./inner.cjs")',
        'inner.cjs': 'exports.inner = 1; exports.a = 2',
      },
    },
  },
})

check(
  'a module that a plugin resolves is read without tsconfig.json',
  {
    functions: {
      path: uses('import { Field } from "../../shared/field"', 'new Field()'),
      plugin: uses('import { Field } from "@architect/shared/field"', 'new Field()'),
      other: handler,
    },
    shared: { 'field.ts': decorated },
    files: { 'tsconfig.json': decorators },
  },
  ['path', 'plugin'],
)

check(
  'shared code that is imported by its name and from beside it',
  {
    functions: {
      index: uses('import { page } from "@architect/shared"', 'page'),
      deep: uses('import { page } from "@architect/shared/page"', 'page'),
      other: uses('import { tool } from "@architect/shared/tool.js"', 'tool'),
      same: uses('const { tool } = require("@architect/shared/tool.js")', 'tool'),
    },
    shared: {
      'index.ts': 'export * from "./page"',
      'page.tsx': 'const h = (name: string) => name; export const page = <b />',
      'tool.js': 'exports.tool = 1',
    },
    files: { 'tsconfig.json': '{"compilerOptions":{"jsx":"react","jsxFactory":"h"}}' },
  },
  ['index', 'deep'],
)

check('packages with module and main, and links to one folder', {
  functions: {
    imports: uses('import value from "both"', 'value'),
    requires: uses('const value = require("both/index.js")', 'value'),
    linked: uses('import value from "linked"', 'value'),
    beside: uses('import value from "../../../packages/one/index.mjs"', 'value'),
  },
  files: {
    node_modules: {
      both: {
        'package.json': '{"name":"both","main":"./index.js","module":"./module.js"}',
        'module.js': 'export default "module"',
        'index.js': 'module.exports = "index"',
      },
      linked: t.fixture('symlink', '../packages/one'),
    },
    packages: {
      one: {
        'package.json': '{"name":"linked","type":"module","sideEffects":false,"main":"index.mjs"}',
        'index.mjs': 'export default "linked"; console.log("effect")',
      },
    },
  },
})

check(
  'an entry that another one imports has its side effects',
  {
    functions: {
      imported: `${handler}\nconsole.log("entry")`,
      importing: uses('import "../get-imported/index"', '2'),
      other: handler,
    },
    files: { 'package.json': '{"sideEffects":false}' },
  },
  ['imported', 'importing'],
)

check(
  'a package without main counts as its index where something requires it',
  {
    functions: {
      imports: uses('import value from "dual"', 'value'),
      requires: uses('const value = require("dual")', 'value'),
      other: handler,
    },
    files: {
      node_modules: {
        dual: {
          'package.json': '{"name":"dual","module":"module.js"}',
          'module.js': 'export default "module"',
          'index.js': 'module.exports = "index"',
        },
      },
    },
  },
  ['imports', 'requires'],
)

check(
  'a file with attributes is named after them beside the same without',
  {
    functions: {
      with: uses('import data from "../../../data.json" with { type: "json" }', 'data'),
      without: uses('const data = require("../../../data.json")', 'data'),
    },
    files: { 'data.json': '{"a":1}' },
  },
  ['with'],
)

check(
  'a warning',
  {
    functions: {
      warned: uses('const isNone = (x: number) => x === NaN', 'isNone'),
      also: uses('import "../../../lib"', '1'),
      other: handler,
    },
    files: { lib: { 'index.js': 'export const never = (x) => x === NaN' } },
  },
  ['warned', 'also'],
)

check(
  'files beside the code',
  {
    functions: {
      style: uses('import "../../../style.css"', '1'),
      text: uses('import text from "../../../some.txt"', 'text'),
      other: handler,
    },
    files: { 'style.css': '.a { color: red }', 'some.txt': 'text' },
    config: { loader: { '.txt': 'file' } },
  },
  ['style', 'text'],
)

check(
  "what a pattern finds is nobody else's for certain",
  {
    functions: {
      pattern: uses('import { load } from "dep"', 'load'),
      other: handler,
    },
    files: {
      node_modules: {
        dep: {
          'package.json': '{"name":"dep","main":"main.js"}',
          'main.js': 'const own = require; exports.load = (name) => require(`./parts/${name}.js`)',
          parts: { 'a.js': 'exports.a = 1' },
        },
      },
    },
  },
  ['pattern', 'other'],
)

for (const config of [
  { minifyIdentifiers: true },
  { keepNames: true, sourcemap: true, sourcesContent: false },
  { charset: 'utf8', lineLimit: 80, minify: false, treeShaking: false },
  { banner: { js: '/* banner */' }, footer: { js: '/* footer */' }, legalComments: 'inline' },
] as const)
  check(`options ${Object.keys(config).join(', ')}`, {
    functions: {
      one: uses('import { a, b } from "../../../lib/a.js"', '[a, b]'),
      two: uses('import * as lib from "../../../lib/a.js"', '[lib, import("../../../lib/b.cjs")]'),
      three: uses('const { a } = require("../../../lib/a.js")', 'a'),
    },
    files: {
      lib: {
        'a.js':
          '/*! legal */ import { c } from "./b.cjs"\nexport const a = class A {}, b = () => c + "é"',
        'b.cjs': 'exports.c = function named() { return "long enough".repeat(20) }',
      },
    },
    config,
  })

check(
  'values that esbuild makes modules of',
  {
    functions: { one: uses('', 'SETTINGS.a'), two: uses('', 'SETTINGS') },
    config: { define: { SETTINGS: '{"a":[1,2]}' } },
  },
  ['one', 'two'],
)
