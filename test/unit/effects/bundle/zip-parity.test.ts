/**
 * Functions answer the same from the zip that Architect makes of their folder as from an image, and
 * every file of that zip is in the image or named as left out.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import t, { type Test } from 'tap'

import { parseInventory } from '../../../../plugin/core/arc/architect-app.ts'
import type { ImageSettings } from '../../../../plugin/core/model.ts'
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
}

const own = 'src/http/get-index'

/** Bundles an app's one function as a deploy would, after Architect's own hydration. */
async function packed(
  t: Test,
  { files, entry = 'http/get-index/index.js', settings, arc = '' }: Given,
) {
  const app = await writeTree({
    'app.arc': `@app\nparity\n\n@http\nget /\n${arc}`,
    ...files,
  })
  const inventory = await readInventory({ cwd: app })
  const bundler = createProjectBundler({
    app: parseInventory(inventory),
    inventory,
    esbuildConfig: {},
    environment: {},
  })
  const plan = planOf(app, { entry, ...(settings && { settings }) })
  const bundle = await bundler.bundle(plan)
  const image = await unpackBundle(bundle)
  const zip = await unpackZip(join(app, 'src', dirname(entry)))
  t.teardown(() => remove(app, image, zip.root))
  return { bundle, image, zip, app }
}

/** The same answer in both forms under both generations of Lambda's client. */
async function same(t: Test, given: Given, expected: unknown): Promise<void> {
  const { bundle, image, zip } = await packed(t, given)
  for (const client of ['3', '4'] as const) {
    const ofZip = await answerOf(zip.root, 'index.handler', client)
    t.strictSame(ofZip, expected, `zip, client ${client}`)
    const ofImage = await answerOf(image, 'http/get-index/index.handler', client)
    t.strictSame(ofImage, expected, `image, client ${client}`)
  }
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
