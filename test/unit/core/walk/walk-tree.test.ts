import { isBuiltin } from 'node:module'
import t from 'tap'

import { basePackages } from '../../../../plugin/core/walk/base-packages.ts'
import { nodeTarget } from '../../../../plugin/core/walk/node-target.ts'
import { walkTree } from '../../../../plugin/core/walk/walk-tree.ts'
import { treeOf, walkFrom } from '../../../stand-in/inputs/tree-of.ts'

const manifest = (fields: object): string => JSON.stringify(fields)

/** Each with what is found; nothing: it loads. */
const cases: Readonly<
  Record<string, readonly [files: Record<string, string>, ...found: string[]]>
> = {
  'a package with main': [
    {
      'index.cjs': "require('a')",
      'node_modules/a/package.json': manifest({ main: 'lib' }),
      'node_modules/a/lib/index.js': "require('./b'); require('./c'); require('./d.json')",
      'node_modules/a/lib/b.js': '',
      'node_modules/a/lib/c/index.js': '',
      'node_modules/a/lib/d.json': '{}',
    },
  ],
  'a main that is not there, and an index that is': [
    {
      'index.cjs': "require('a')",
      'node_modules/a/package.json': manifest({ main: 'gone.js' }),
      'node_modules/a/index.js': '',
    },
  ],
  'a package without any file to begin with': [
    { 'index.cjs': "require('a')", 'node_modules/a/package.json': manifest({}) },
    'eager missing: a by index.cjs:1',
  ],
  'a package that is nowhere': [
    { 'index.cjs': "\nrequire('a/b')" },
    'eager missing: a/b by index.cjs:2',
  ],
  'a package of a package, nested and hoisted': [
    {
      'index.cjs': "require('a')",
      'node_modules/a/index.js': "require('b'); require('@s/c')",
      'node_modules/a/node_modules/b/index.js': "require('@s/c')",
      'node_modules/@s/c/index.js': '',
    },
  ],
  'exports by condition, in their order': [
    {
      'index.cjs': "require('a'); require('a/x'); require('a/lib/deep/y')",
      'node_modules/a/package.json': manifest({
        exports: {
          '.': { browser: './gone.js', import: './a.mjs', require: './a.cjs' },
          './x': [{ worker: './gone.js' }, './x.js'],
          './lib/*': { node: './src/*.js' },
        },
      }),
      'node_modules/a/a.cjs': '',
      'node_modules/a/x.js': '',
      'node_modules/a/src/deep/y.js': '',
    },
  ],
  'exports that do not offer it': [
    {
      'index.cjs': "require('a/lib/b.js'); require('c'); require('d/private/x')",
      'node_modules/a/package.json': manifest({ exports: './index.js' }),
      'node_modules/a/lib/b.js': '',
      'node_modules/c/package.json': manifest({ exports: { import: './c.mjs' } }),
      'node_modules/c/c.mjs': '',
      'node_modules/d/package.json': manifest({
        exports: { './*': './*.js', './private/*': null },
      }),
      'node_modules/d/private/x.js': '',
    },
    'eager missing: a/lib/b.js by index.cjs:1',
    'eager import only: c by index.cjs:1',
    'eager missing: d/private/x by index.cjs:1',
  ],
  'exports that name what is not there': [
    {
      'index.cjs': "require('a')",
      'node_modules/a/package.json': manifest({ exports: './dist/index.js' }),
    },
    'eager missing: a by index.cjs:1',
  ],
  'imports and self references': [
    {
      'index.cjs': "require('a')",
      'node_modules/a/package.json': manifest({
        name: 'a',
        exports: { '.': './index.js', './own': './own.js' },
        imports: { '#b': './b.js', '#c': 'c/sub', '#d': { browser: './gone.js' } },
      }),
      'node_modules/a/index.js': "require('#b'); require('#c'); require('a/own'); require('#d')",
      'node_modules/a/b.js': '',
      'node_modules/a/own.js': '',
      'node_modules/c/sub.js': '',
    },
    'eager missing: #d by node_modules/a/index.js:1',
  ],
  "Node's own modules": [
    { 'index.cjs': "require('fs'); require('node:fs/promises'); require('node:nothing')" },
    'eager missing: node:nothing by index.cjs:1',
  ],
  'an ES module by require, by its name and by its package': [
    {
      'index.cjs': "require('a/a.mjs'); require('b')",
      'node_modules/a/a.mjs': 'export {}',
      'node_modules/b/package.json': manifest({ type: 'module' }),
      'node_modules/b/index.js': 'export {}',
    },
    'eager es module: a/a.mjs by index.cjs:1',
    'eager es module: b by index.cjs:1',
  ],
  'CommonJS inside of a package of ES modules': [
    {
      'index.cjs': "require('a/cjs')",
      'node_modules/a/package.json': manifest({ type: 'module' }),
      'node_modules/a/cjs/package.json': manifest({ type: 'commonjs' }),
      'node_modules/a/cjs/index.js': "require('./b.cjs')",
      'node_modules/a/cjs/b.cjs': '',
    },
  ],
  'ES syntax where nothing says so': [
    { 'index.cjs': "require('a')", 'node_modules/a/index.js': 'export default 1' },
    'eager es syntax: a by index.cjs:1',
  ],
  'an ES module by import, with CommonJS below it': [
    {
      'index.cjs': "exports.handler = () => import('a')",
      'node_modules/a/package.json': manifest({ type: 'module', exports: './a.js' }),
      'node_modules/a/a.js': "import b from 'b'; import './c.js'; import './d'; import 'e/sub'",
      'node_modules/b/package.json': manifest({ main: 'main' }),
      'node_modules/b/main.js': "require('./gone')",
      'node_modules/a/c.js': '',
      'node_modules/a/d.js': '',
      'node_modules/e/sub.js': '',
    },
    'lazy missing: ./d by node_modules/a/a.js:1',
    'lazy missing: e/sub by node_modules/a/a.js:1',
    'lazy missing: ./gone by node_modules/b/main.js:1',
  ],
  'what only an optional module needs': [
    {
      'index.cjs': "try { require('a') } catch {}",
      'node_modules/a/index.js': "require('gone')",
    },
  ],
  'what a lazy module needs, and an eager one too': [
    {
      'index.cjs': "exports.f = () => require('a'); require('b')",
      'node_modules/a/index.js': "require('gone'); require('c')",
      'node_modules/b/index.js': "require('c')",
      'node_modules/c/index.js': "require('gone-too')",
    },
    'eager missing: gone-too by node_modules/c/index.js:1',
    'lazy missing: gone by node_modules/a/index.js:1',
  ],
  'files that load each other': [
    { 'index.cjs': "require('./a')", 'a.js': "require('./b')", 'b.js': "require('./a')" },
  ],
  'a worker that is not there': [
    {
      'index.cjs':
        "const { Worker } = require('worker_threads'); new Worker(require('path').join(__dirname, 'w.js'))",
    },
    'lazy missing: var/task/w.js by index.cjs:1',
  ],
  'a native file': [
    { 'index.cjs': "require('./a.node'); require('./b.node')", 'a.node': 'ELF' },
    'eager missing: ./b.node by index.cjs:1',
  ],
  'generated files of a name with a dot': [
    {
      'index.cjs': "require('@p/client')",
      'node_modules/@p/client/index.js': "require('.p/client')",
    },
    'eager missing: .p/client by node_modules/@p/client/index.js:1',
  ],
}

for (const [name, [files, ...found]] of Object.entries(cases)) {
  t.test(`a walk over ${name}`, (t) => {
    t.strictSame(walkFrom(files).toSorted(), found.toSorted())
    t.end()
  })
}

t.test('NODE_OPTIONS of the function allow what Lambda switches off', (t) => {
  const files = {
    'index.cjs': "require('a'); require('b'); require('c')",
    'node_modules/a/package.json': manifest({ type: 'module' }),
    'node_modules/a/index.js': 'export {}',
    'node_modules/b/index.js': 'export {}',
    'node_modules/c/package.json': manifest({ type: 'module' }),
    'node_modules/c/index.js': 'export {}; await 1',
  }
  const allowed = (NODE_OPTIONS: unknown) => walkFrom(files, { environment: { NODE_OPTIONS } })
  const awaits = 'eager awaits: c by index.cjs:1'
  const syntax = 'eager es syntax: b by index.cjs:1'
  t.strictSame(allowed('--enable-source-maps --experimental-require-module'), [syntax, awaits])
  t.strictSame(allowed('--experimental-require-module --experimental-detect-module'), [awaits])
  t.strictSame(allowed({ Ref: 'Options' }), [awaits], 'known to CloudFormation alone')
  t.equal(allowed('--experimental-detect-module').length, 3, 'found to be modules, and refused')
  t.equal(allowed('').length, 3)
  t.end()
})

t.test('module-sync goes with require of ES modules', (t) => {
  const files = {
    'index.cjs': "require('a')",
    'node_modules/a/package.json': manifest({
      exports: { 'module-sync': './a.mjs', default: './a.cjs' },
    }),
    'node_modules/a/a.cjs': '',
  }
  t.strictSame(walkFrom(files), [])
  const environment = { NODE_OPTIONS: '--experimental-require-module' }
  t.strictSame(walkFrom(files, { environment }), ['eager missing: a by index.cjs:1'])
  t.end()
})

t.test('NODE_PATH, where the base has its packages, is for require alone', (t) => {
  const unlisted = basePackages('public.ecr.aws/lambda/nodejs:24', 24)
  const files = {
    'index.cjs':
      "require('@aws-sdk/client-s3'); require('aws-sdk'); exports.f = () => import('@smithy/core'); require('own')",
    'own.js': '',
    'opt/own/index.js': '',
  }
  t.strictSame(walkFrom(files, { unlisted, environment: { NODE_PATH: '/var/task/opt' } }), [
    'eager missing: aws-sdk by index.cjs:1',
    'lazy missing: @smithy/core by index.cjs:1',
  ])
  t.strictSame(
    walkFrom({ 'index.cjs': "require('own')", 'own.js': '' }),
    [],
    '/var/task is in the NODE_PATH of the bootstrap',
  )
  t.end()
})

t.test('a base that nobody looked into may bring anything, but not what the image names', (t) => {
  const files = {
    'index.cjs': "require('a'); require('b')",
    'node_modules/b/index.js': "require('./gone')",
  }
  t.strictSame(walkFrom(files, { unlisted: () => 'unknown' }), [
    'eager missing: ./gone by node_modules/b/index.js:1',
  ])
  t.end()
})

t.test('a file is known by its real path', (t) => {
  const target = nodeTarget(24, {}, isBuiltin)
  const { reached } = walkTree(
    treeOf({ 'index.cjs': "require('./a'); require('./b/../a.js')", 'a.js': '', 'b/c.js': '' }),
    ['var/task/index.cjs'],
    target,
  )
  t.strictSame(
    [...reached],
    [
      ['var/task/index.cjs', 'eager'],
      ['var/task/a.js', 'eager'],
    ],
  )
  t.end()
})
