import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'

import { createBundler } from '../../../../plugin/effects/bundle/create-bundler.ts'
import { judgeBundled } from '../../../../plugin/effects/walk/judge-bundled.ts'
import { plannedFunction, plannedImage } from '../../../stand-in/inputs/planned-image.ts'

/** Bundles a handler with some packages, given by their files, and judges what came of it. */
async function judge(t: Test, code: string, files: Readonly<Record<string, string>>) {
  // Packages may be above the app, as in a monorepo, where pack does not reach.
  const app = join(t.testdir({}), 'app')
  const all = { 'src/http/get-index/index.js': code, 'docker/db/package.json': '{}', ...files }
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(app, path)), { recursive: true })
    await writeFile(join(app, path), text)
  }
  const source = join(app, 'src/http/get-index')
  const image = plannedImage({
    name: 'db',
    definition: { kind: 'package', directory: join(app, 'docker/db'), packageManager: 'npm' },
    functions: [plannedFunction({ sourceDirectory: source, entryFile: join(source, 'index.js') })],
  })
  const bundle = await createBundler({ appDirectory: app, shell: {} }).bundle(image)
  const { problems, notes } = await judgeBundled(image, bundle)
  return [...problems.map(({ message }) => `refused: ${message}`), ...notes]
}

const handler = "const a = require('a'); exports.handler = async () => a"
const manifest = (fields: object = {}): string =>
  JSON.stringify({ name: 'a', version: '1.2.3', ...fields })
const inA = (files: Readonly<Record<string, string>>, fields: object = {}) => ({
  'node_modules/a/package.json': manifest(fields),
  ...Object.fromEntries(
    Object.entries(files).map(([path, text]) => [`node_modules/a/${path}`, text]),
  ),
})
const aboveApp = (files: Readonly<Record<string, string>>, fields: object = {}) =>
  Object.fromEntries(Object.entries(inA(files, fields)).map(([path, text]) => [`../${path}`, text]))

const refused: Readonly<Record<string, readonly [Record<string, string>, RegExp]>> = {
  'a package that is compiled': [
    inA({ 'index.js': 'exports.open = () => load("a.node")', 'binding.gyp': '{}' }),
    /bundles a@1\.2\.3, which has native files \(binding\.gyp\).*Put a into docker\/db\/package\.json/,
  ],
  'a package with files for all systems': [
    inA({ 'index.js': 'exports.a = 1', 'prebuilds/linux-x64/a.node': '' }),
    /has native files \(prebuilds\)/,
  ],
  'a package that has its native files found': [
    {
      ...inA({ 'index.js': "require('bindings')('a')" }, { dependencies: { bindings: '1' } }),
      'node_modules/bindings/index.js': 'module.exports = () => 1',
    },
    /has native files \(its dependency bindings\)/,
  ],
  'a package with others, one a system': [
    inA(
      { 'index.js': "try { module.exports = require('@a/linux-arm64') } catch {}" },
      { optionalDependencies: { '@a/linux-arm64': '1', '@a/darwin-arm64': '1' } },
    ),
    /one|a package for each system, as @a\/linux-arm64/,
  ],
  'data that is read beside the code': [
    aboveApp(
      {
        'lib/index.js':
          "const { join } = require('path'); let data; if (!global.data) data = join(__dirname, '/../data/'); exports.a = data",
        'data/a.dat': '',
      },
      { main: 'lib' },
    ),
    /reads '\.\.\/data' beside itself \(lib\/index\.js:1\)/,
  ],
  'data by the URL of an ES module': [
    aboveApp(
      {
        'index.mjs':
          "import { readFileSync } from 'fs'\nexport const a = readFileSync(new URL('./a.wasm', import.meta.url))",
        'a.wasm': '',
      },
      { exports: './index.mjs' },
    ),
    /reads 'a\.wasm' beside itself \(index\.mjs:2\)/,
  ],
  'data by another name of the folder': [
    aboveApp(
      {
        'index.mjs':
          "import path from 'path'; import { fileURLToPath } from 'url'; const __dirname = path.dirname(fileURLToPath(import.meta.url)); export const a = path.resolve(__dirname, 'a.css')",
        'a.css': '',
      },
      { exports: './index.mjs' },
    ),
    /reads 'a\.css' beside itself/,
  ],
  'a native file that is named by its place, also later': [
    aboveApp({
      'index.js': "exports.a = () => require(require('path').join(__dirname, 'build/a.node'))",
      'build/a.node': '',
    }),
    /reads 'build\/a\.node' beside itself/,
  ],
  'a file that require.resolve names': [
    aboveApp({ 'index.js': "exports.a = () => require.resolve('./data.txt')", 'data.txt': '' }),
    /reads '\.\/data\.txt' by require\.resolve \(index\.js:1\)/,
  ],
}

for (const [name, [files, message]] of Object.entries(refused)) {
  t.test(`refused: ${name}`, async (t) => {
    t.match(await judge(t, handler, files), [message])
  })
}

const noted: Readonly<Record<string, readonly [Record<string, string>, RegExp]>> = {
  'a place that is used by a function': [
    aboveApp({ 'index.js': "exports.a = () => __dirname + '/a.dat'", 'a.dat': '' }),
    /bundles a@1\.2\.3, whose code looks for 'a\.dat' beside itself \(index\.js:1\)/,
  ],
  'a place that is put together at run time': [
    aboveApp({ 'index.js': 'exports.a = (name) => [__dirname, name].join("/")' }),
    /looks for files beside itself/,
  ],
  'a worker of a bundled package': [
    aboveApp({
      'index.js':
        "const { Worker } = require('worker_threads'); exports.a = () => new Worker(require('path').join(__dirname, 'worker.js'))",
      'worker.js': '',
    }),
    /looks for 'worker\.js' beside itself/,
  ],
  'a file that is imported by a computed name': [
    aboveApp({
      'index.js': "exports.a = (name = './worker.mjs') => import(name)",
      'worker.mjs': '',
    }),
    /looks for '\.\/worker\.mjs' beside itself/,
  ],
}

for (const [name, [files, message]] of Object.entries(noted)) {
  t.test(`a note: ${name}`, async (t) => {
    t.match(await judge(t, handler, files), [message])
  })
}

const silent: Readonly<Record<string, Record<string, string>>> = {
  'data beside code that looks around itself, since that is packed with it': inA({
    'index.js': "exports.a = require('fs').readFileSync(__dirname + '/a.dat')",
    'a.dat': '',
  }),
  'code alone': inA({ 'index.js': "module.exports = require('./b')", 'b.js': '' }),
  'a native part that is tried and replaced': {
    ...inA(
      {
        'index.js':
          "try { module.exports = require('node-gyp-build')(__dirname) } catch { module.exports = {} }",
        'binding.gyp': '',
      },
      { dependencies: { 'node-gyp-build': '1' } },
    ),
    'node_modules/node-gyp-build/index.js': 'module.exports = () => 1',
  },
  'a native package that is tried by who loads it': {
    ...inA({ 'index.js': "try { exports.a = require('b') } catch {}" }),
    'node_modules/b/package.json': '{}',
    'node_modules/b/binding.gyp': '',
    'node_modules/b/index.js': 'exports.b = () => __dirname',
  },
  'data inside of try': inA({
    'index.js':
      "let a; try { a = require('fs').readFileSync(__dirname + '/a.dat') } catch {} exports.a = a",
    'a.dat': '',
  }),
  createRequire: inA(
    {
      'index.mjs':
        "import { createRequire } from 'module'; const require = createRequire(import.meta.url); export const a = require('fs')",
    },
    { exports: './index.mjs' },
  ),
  'a place where nothing was, as for a cache': inA({
    'index.js': "exports.a = require('path').join(__dirname, 'cache.db')",
  }),
  "a place in the app's own code": {
    ...inA({ 'index.js': '' }),
    'src/http/get-index/index.js': "require('a'); exports.handler = async () => __dirname",
  },
}

for (const [name, files] of Object.entries(silent)) {
  t.test(`nothing to say: ${name}`, async (t) => {
    t.strictSame(await judge(t, handler, files), [])
  })
}
