/**
 * Functions answer the same from the zip that Architect makes of their folder as from an image, and
 * every file of that zip is in the image or named as left out.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { createBundler } from '../../../../plugin/effects/bundle/create-bundler.ts'
import { planOf } from '../../../fixtures/corpus.ts'
import { inBothForms, own, read, type ZipApp, zipApps } from '../../../fixtures/zip-apps.ts'
import {
  answerOf,
  remove,
  unpackBundle,
  unpackZip,
  writeTree,
} from '../../../fixtures/zip-parity.ts'

t.jobs = 2

async function packed(t: Test, given: ZipApp) {
  const both = await inBothForms(given)
  t.teardown(() => remove(...both.folders))
  return both
}

/** The same answer in both forms under both generations of Lambda's client. */
async function same(t: Test, given: ZipApp, expected: unknown): Promise<void> {
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

for (const { name, answer, ...given } of zipApps) {
  t.test(name, async (t) => await same(t, given, answer))
}

t.test(
  'packages of the bundle are left out, unless they look for files beside themselves',
  async (t) => {
    const given: ZipApp = {
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

t.test(
  'native packages of the app are not packed: those of the image are for its platform',
  async (t) => {
    const { bundle } = await packed(t, {
      files: {
        [`${own}/index.js`]: `exports.handler = async () => require('native')`,
        'node_modules/native/package.json': JSON.stringify({
          name: 'native',
          optionalDependencies: { '@native/linux-arm64': '1', '@native/linux-x64': '1' },
        }),
        'node_modules/native/index.js': `module.exports = __dirname`,
        'node_modules/@native/linux-x64/package.json': '{"name":"@native/linux-x64"}',
      },
    })
    t.notOk(bundle.files.some(({ path }) => path.includes('native')))
  },
)

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
