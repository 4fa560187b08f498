/**
 * Functions answer the same from the zip that Architect makes of their folder as from an image, and
 * every file of that zip is in the image or named as left out.
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import t, { type Test } from 'tap'

import { parseInventory } from '../../../../plugin/core/arc/architect-app.ts'
import type { ImageSettings } from '../../../../plugin/core/model.ts'
import { createBundler } from '../../../../plugin/effects/bundle/create-bundler.ts'
import { createProjectBundler } from '../../../../plugin/effects/bundle/project-bundler.ts'
import { planOf } from '../../../fixtures/corpus.ts'
import {
  answerOf,
  remove,
  type Tree,
  unpackBundle,
  unpackZip,
  writeTree,
} from '../../../fixtures/zip-parity.ts'

t.jobs = 2

const require = createRequire(import.meta.url)
const readInventory: (options: {
  cwd: string
}) => Promise<unknown> = require('@architect/inventory')

interface Given {
  /** Files of the app; app.arc declares `get /`. */
  readonly files: Tree
  readonly entry?: string
  readonly settings?: Partial<ImageSettings>
  readonly arc?: string
  /** By `@architect/plugin-typescript`, as its `deploy.start` does. */
  readonly compiled?: boolean
}

const own = 'src/http/get-index'
const typescript = '@architect/plugin-typescript'

/** Bundles an app's one function as a deploy would. */
async function packed(t: Test, given: Given) {
  const { files, entry = 'http/get-index/index.js', settings, arc = '', compiled } = given
  const plugins = compiled ? `@plugins\n${typescript.slice(1)}\n\n` : ''
  const plugin = { link: dirname(require.resolve(`${typescript}/package.json`)) }
  const app = await writeTree({
    'app.arc': `@app\nparity\n\n${plugins}@http\nget /\n${arc}`,
    ...(compiled && { [`node_modules/${typescript}`]: plugin }),
    ...files,
  })
  const inventory = await readInventory({ cwd: app })
  if (compiled) await require(typescript).deploy.start({ inventory })
  const bundler = createProjectBundler({
    app: parseInventory(inventory),
    inventory,
    esbuildConfig: {},
    environment: {},
  })
  const plan = planOf(app, { entry, ...(settings && { settings }) })
  const build = join(app, '.build', dirname(entry))
  const functions = plan.functions.map((one) => ({
    ...one,
    ...(compiled && { codeDirectory: build }),
  }))
  const bundle = await bundler.bundle({ ...plan, functions })
  const image = await unpackBundle(bundle)
  const zip = await unpackZip(compiled ? build : join(app, 'src', dirname(entry)))
  t.teardown(() => remove(app, image, zip.root))
  return { bundle, image, zip, app }
}

/** The same answer in both forms under both generations of Lambda's client. */
async function same(t: Test, given: Given, expected: unknown): Promise<void> {
  const { bundle, image, zip } = await packed(t, given)
  await Promise.all(
    (['3', '4'] as const).map(async (client) => {
      const [ofZip, ofImage] = await Promise.all([
        answerOf(zip.root, 'index.handler', client),
        answerOf(image, 'http/get-index/index.handler', client),
      ])
      t.strictSame(ofZip, expected, `zip, client ${client}`)
      t.strictSame(ofImage, expected, `image, client ${client}`)
    }),
  )
  const there = new Set(
    [...bundle.files, ...(bundle.leftOut ?? [])].map(({ path }) =>
      path.replace(/^var\/task\/http\/get-index\//, ''),
    ),
  )
  for (const path of zip.paths)
    t.ok(there.has(path), `${path} is in the image or said to be left out`)
}

const read = `const { readFileSync } = require('node:fs'); const { join } = require('node:path')\n`

t.test('reads by working directory, by __dirname, from a folder below', async (t) => {
  await same(
    t,
    {
      files: {
        [`${own}/index.js`]: `${read}const page = require('./lib/page')
          exports.handler = async () => ({
            byCwd: readFileSync('./data.txt', 'utf8'),
            byDirname: readFileSync(join(__dirname, 'data.txt'), 'utf8'),
            page: page(), resolved: readFileSync(require.resolve('./lib/page.txt'), 'utf8') })`,
        [`${own}/lib/page.js`]: `${read}module.exports = () => [readFileSync(join(__dirname, 'page.txt'), 'utf8'),
          readFileSync(require.resolve('./page.txt'), 'utf8'), __filename.split('/').at(-1)]`,
        [`${own}/lib/page.txt`]: 'page',
        [`${own}/data.txt`]: 'data',
      },
    },
    { byCwd: 'data', byDirname: 'data', page: ['page', 'page', 'page.js'], resolved: 'page' },
  )
})

t.test('reads by import.meta, from a folder below too', async (t) => {
  await same(
    t,
    {
      entry: 'http/get-index/index.mjs',
      files: {
        [`${own}/index.mjs`]: `import { readFileSync } from 'node:fs'
          import { page } from './lib/page.mjs'
          export const handler = async () => ({
            url: readFileSync(new URL('./data.txt', import.meta.url), 'utf8'),
            dirname: readFileSync(import.meta.dirname + '/data.txt', 'utf8'), page,
            resolved: readFileSync(new URL(import.meta.resolve('./data.txt')), 'utf8') })`,
        [`${own}/lib/page.mjs`]: `import { readFileSync } from 'node:fs'
          export const page = [readFileSync(new URL('page.txt', import.meta.url), 'utf8'),
            readFileSync(import.meta.dirname + '/page.txt', 'utf8'), import.meta.filename.split('/').at(-1)]`,
        [`${own}/lib/page.txt`]: 'page',
        [`${own}/data.txt`]: 'data',
      },
    },
    { url: 'data', dirname: 'data', page: ['page', 'page', 'page.mjs'], resolved: 'data' },
  )
})

t.test(
  'views, shared code with files of its own, the static manifest: on a fresh checkout',
  async (t) => {
    await same(
      t,
      {
        arc: '\n@static\nfingerprint true\n\n@shared\n\n@views\n',
        files: {
          [`${own}/index.js`]: `${read}const shared = require('@architect/shared')
          exports.handler = async () => ({
            view: readFileSync('node_modules/@architect/views/page.html', 'utf8'),
            shared: shared(), required: require('@architect/shared/' + 'late.js'),
            css: JSON.parse(readFileSync('node_modules/@architect/shared/static.json', 'utf8'))['style.css'] })`,
          'src/shared/index.js': `${read}module.exports = () => readFileSync(join(__dirname, 'note.txt'), 'utf8')`,
          'src/shared/late.js': `module.exports = 'late'`,
          'src/shared/note.txt': 'note',
          'src/views/page.html': '<p>',
          'public/style.css': 'a{}',
        },
      },
      { view: '<p>', shared: 'note', required: 'late', css: 'style-0bdc3e3fac.css' },
    )
  },
)

t.test('a sibling whose name is computed, and what it needs', async (t) => {
  await same(
    t,
    {
      files: {
        [`${own}/index.js`]: `const { join } = require('node:path'); const name = ['pa', 'ges'].join('')
          exports.handler = async () => [require(join(__dirname, name, 'one.js')), require('./' + name)]`,
        [`${own}/pages/one.js`]: `module.exports = [require('../lib'), require('dep')]`,
        [`${own}/pages/index.js`]: `module.exports = 'pages'`,
        [`${own}/lib.js`]: `module.exports = 'lib'`,
        [`${own}/package.json`]: '{"dependencies":{"dep":"1"}}',
        [`${own}/node_modules/dep/package.json`]:
          '{"name":"dep","version":"1.0.0","dependencies":{"deeper":"1"}}',
        [`${own}/node_modules/dep/index.js`]: `module.exports = require('deeper')`,
        [`${own}/node_modules/deeper/package.json`]: '{"name":"deeper","version":"1.0.0"}',
        [`${own}/node_modules/deeper/index.js`]: `module.exports = 'deeper'`,
      },
    },
    [['lib', 'deeper'], 'pages'],
  )
})

t.test('worker threads, of another file and of its own, and a subprocess', async (t) => {
  await same(
    t,
    {
      files: {
        [`${own}/index.js`]: `
          const { isMainThread, parentPort, Worker } = require('node:worker_threads')
          const { fork } = require('node:child_process')
          const { once } = require('node:events'); const { join } = require('node:path')
          const dep = require('dep')
          if (!isMainThread) parentPort.postMessage('own ' + require('node:fs').readFileSync('data.txt', 'utf8'))
          const said = async (emitter) => (await once(emitter, 'message'))[0]
          exports.handler = async () => [
            await said(new Worker(__filename)),
            await said(new Worker(join(__dirname, 'worker.js'))),
            await said(new Worker(new URL('./worker.mjs', 'file://' + __filename))),
            await said(fork(join(__dirname, 'child.js'))), dep ]`,
        [`${own}/worker.js`]: `require('node:worker_threads').parentPort.postMessage('other ' + require('dep'))`,
        [`${own}/worker.mjs`]: `import { parentPort } from 'node:worker_threads'; import dep from 'dep'
          parentPort.postMessage('module ' + dep)`,
        [`${own}/child.js`]: `process.send('child ' + require('node:fs').readFileSync('./data.txt', 'utf8'), () => process.exit())`,
        [`${own}/data.txt`]: 'data',
        [`${own}/package.json`]: '{"dependencies":{"dep":"1"}}',
        [`${own}/node_modules/dep/package.json`]: '{"name":"dep","version":"1.0.0"}',
        [`${own}/node_modules/dep/index.js`]: `module.exports = 'dep'`,
      },
    },
    ['own data', 'other dep', 'module dep', 'child data', 'dep'],
  )
})

t.test('hidden files, linked folders, brackets, spaces, umlauts', async (t) => {
  const names = [
    '.htaccess',
    '.cfg/a.json',
    '[id].html',
    'a b/ö ü.txt',
    'fonts/a.ttf',
    'fonts/sub/b.ttf',
  ]
  await same(
    t,
    {
      files: {
        [`${own}/index.js`]: `exports.handler = async () =>
          ${JSON.stringify(names)}.map((name) => require('node:fs').readFileSync(name, 'utf8'))`,
        ...Object.fromEntries(names.slice(0, 4).map((name) => [`${own}/${name}`, name])),
        [`${own}/fonts`]: { link: '../../../fonts' },
        'fonts/a.ttf': 'fonts/a.ttf',
        'fonts/sub/b.ttf': 'fonts/sub/b.ttf',
      },
    },
    names,
  )
})

t.test(
  'packages of the bundle are left out, unless they look for files beside themselves',
  async (t) => {
    const given: Given = {
      files: {
        [`${own}/index.js`]: `exports.handler = async () => [require('plain'), require('around')]`,
        [`${own}/package.json`]: '{"dependencies":{"plain":"1","around":"1"}}',
        [`${own}/node_modules/plain/package.json`]: '{"name":"plain","version":"1.0.0"}',
        [`${own}/node_modules/plain/index.js`]: `module.exports = 'plain'`,
        [`${own}/node_modules/around/package.json`]: '{"name":"around","version":"1.0.0"}',
        [`${own}/node_modules/around/lib/index.js`]: '',
        [`${own}/node_modules/around/index.js`]: `${read}module.exports = readFileSync(join(__dirname, 'data.bin'), 'utf8')`,
        [`${own}/node_modules/around/data.bin`]: 'data',
      },
    }
    await same(t, given, ['plain', 'data'])
    const { bundle } = await packed(t, given)
    t.notOk(bundle.files.some(({ path }) => path.includes('node_modules/plain')))
  },
)

t.test('a prebuilt bundle with native files and data beside it', async (t) => {
  // What loads them stands in for dlopen: their bytes are no machine's.
  const loader = `require('node:module')._extensions['.node'] = (module, file) => {
    module.exports = require('node:fs').readFileSync(file, 'utf8') }\n`
  await same(
    t,
    {
      files: {
        [`${own}/index.js`]: `${loader}${read}const name = 'addon.node'
          exports.handler = async () => [
            require(join(__dirname, 'build/Release', name)), require('./build/Release/addon.node'),
            require('./build/Release/addon'), require('./lib/load'),
            readFileSync(__dirname + '/data.bin', 'utf8') ]`,
        [`${own}/lib/load.js`]: `module.exports = require('../build/Release/addon.node')`,
        [`${own}/build/Release/addon.node`]: 'native',
        [`${own}/data.bin`]: 'data',
      },
    },
    ['native', 'native', 'native', 'native', 'data'],
  )
})

t.test('a require of a computed name, from a folder below', async (t) => {
  await same(
    t,
    {
      files: {
        [`${own}/index.js`]: `exports.handler = async () => require('./lib/pick')`,
        [`${own}/lib/pick.js`]: `const name = ['one', 'two'][1]; const whole = './' + name
          module.exports = [require('./' + name), require(\`./\${name}.js\`), require(whole), require.resolve(whole).split('/').at(-2)]`,
        [`${own}/lib/one.js`]: '',
        [`${own}/lib/two.js`]: 'module.exports = 2',
      },
    },
    [2, 2, 2, 'lib'],
  )
})

t.test('packages of the app that look for files beside themselves', async (t) => {
  const { image, bundle } = await packed(t, {
    files: {
      [`${own}/index.js`]: `exports.handler = async () => [require('around'), require('plain')]`,
      'node_modules/around/package.json': '{"name":"around","dependencies":{"needed":"1"}}',
      'node_modules/around/index.js': `${read}module.exports = readFileSync(join(__dirname, 'data.bin'), 'utf8')`,
      'node_modules/around/data.bin': 'data',
      'node_modules/needed/package.json': '{"name":"needed"}',
      'node_modules/plain/package.json': '{"name":"plain"}',
      'node_modules/plain/index.js': `module.exports = 'plain'`,
    },
  })
  t.strictSame(await answerOf(image, 'http/get-index/index.handler', '4'), ['data', 'plain'])
  t.notOk(bundle.files.some(({ path }) => path.includes('/plain/')))
  t.ok(bundle.files.some(({ path }) => path.includes('/node_modules/needed/')))
})

t.test('a worker of a function without manifest finds packages of the app', async (t) => {
  const { image } = await packed(t, {
    files: {
      'package.json': '{"dependencies":{"dep":"1"},"devDependencies":{"tap":"1"}}',
      [`${own}/index.js`]: `const { Worker } = require('node:worker_threads')
        exports.handler = () => new Promise((resolve) => new Worker(require.resolve('./worker')).once('message', resolve))`,
      [`${own}/worker.js`]: `require('node:worker_threads').parentPort.postMessage(require('dep'))`,
      [`${own}/some.test.js`]: `require('tap')`,
      'node_modules/dep/package.json': '{"name":"dep","dependencies":{"deeper":"1"}}',
      'node_modules/dep/index.js': `module.exports = require('deeper')`,
      'node_modules/deeper/package.json': '{"name":"deeper"}',
      'node_modules/deeper/index.js': `module.exports = 'deeper'`,
    },
  })
  t.equal(await answerOf(image, 'http/get-index/index.handler', '4'), 'deeper')
})

t.test('compiled by plugin-typescript', async (t) => {
  await same(
    t,
    {
      compiled: true,
      // A map's loader is only there in a deploy to staging.
      arc: '\n@typescript\nsourcemaps staging\n',
      entry: 'http/get-index/index.ts',
      files: {
        [`${own}/config.arc`]: '@aws\nruntime typescript\n',
        [`${own}/index.ts`]: `import { name } from './lib/name'
          import { shared } from '@architect/shared/shared'
          export const handler = async (): Promise<unknown> => [name, shared, __dirname.split('/').includes('.build')]`,
        [`${own}/lib/name.ts`]: `export const name: string = 'typed'`,
        'src/shared/shared.ts': `export const shared: string = 'shared'`,
        'tsconfig.json': '{"compilerOptions":{"paths":{"@architect/shared/*":["./src/shared/*"]}}}',
      },
    },
    ['typed', 'shared', false],
  )
})

t.test('the image relies on /var/task as working directory', async (t) => {
  const { image } = await packed(t, {
    files: { [`${own}/index.js`]: `exports.handler = async () => process.cwd()` },
    settings: { workingDirectory: 'task-root' },
  })
  t.equal(await answerOf(image, 'http/get-index/index.handler', '4'), image)
})

const python = spawnSync('python3', ['--version']).status === 0

t.test('Python, with linked and hidden files', { skip: !python && 'no python3' }, async (t) => {
  const app = await writeTree({
    [`${own}/index.py`]: `import os\nfrom lib.words import word\ndef handler(event, context):
    return [word, open('.hidden/a.txt').read(), open('fonts/sub/b.ttf').read(), open(os.path.join(os.path.dirname(__file__), '[id].html')).read()]\n`,
    [`${own}/lib/words.py`]: `word = 'word'\n`,
    [`${own}/__pycache__/x.pyc`]: '',
    [`${own}/.hidden/a.txt`]: 'hidden',
    [`${own}/[id].html`]: 'page',
    [`${own}/fonts`]: { link: '../../../fonts' },
    'fonts/sub/b.ttf': 'font',
  })
  const plan = planOf(app, { entry: 'http/get-index/index.py' })
  const bundler = createBundler({ appDirectory: app, shell: {} })
  const bundle = await bundler.bundle({ ...plan, language: 'python' })
  const image = await unpackBundle(bundle)
  const zip = await unpackZip(join(app, own))
  t.teardown(() => remove(app, image, zip.root))
  // As Lambda's client does: from the task root, which is the first place for modules.
  const run = (root: string, module: string): unknown => {
    const code = `import importlib, json, sys; sys.path.insert(0, '${root}')
print(json.dumps(importlib.import_module('${module}').handler({}, None)))`
    const env = { ...process.env, LAMBDA_TASK_ROOT: root, PYTHONDONTWRITEBYTECODE: '1' }
    const { stdout, stderr } = spawnSync('python3', ['-c', code], { cwd: root, env })
    return stdout.length > 0 ? JSON.parse(stdout.toString()) : stderr.toString()
  }
  const expected = ['word', 'hidden', 'font', 'page']
  t.strictSame(run(zip.root, 'index'), expected)
  t.strictSame(run(image, 'arc_functions.http-get-index'), expected)
  t.strictSame(bundle.leftOut, [
    {
      path: 'var/task/http/get-index/__pycache__/x.pyc',
      reason: 'is made by running the code or by a system',
    },
  ])
})
