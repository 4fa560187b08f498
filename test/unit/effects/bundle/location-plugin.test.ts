import { writeFileSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import t, { type Test } from 'tap'

import { location } from '../../../../plugin/core/bundle/finish-text.ts'
import { locationPlugin } from '../../../../plugin/effects/bundle/location-plugin.ts'

type Files = Parameters<Test['testdir']>[0] & object

/** Runs esbuild for a function, and tells what it has asked the plugin. */
async function run(
  app: string,
  expected: readonly string[] = [],
  meanwhile: () => void = () => undefined,
) {
  const directory = join(app, 'src')
  const entry = join(directory, 'index.js')
  const packages = { directory: join(app, 'node_modules'), place: 'node_modules' }
  const places = [{ directory, place: '', entry }, packages]
  const plugin = locationPlugin(
    places,
    expected.map((path) => join(app, path)),
  )
  const asked: string[] = []
  const seen: Plugin = {
    name: 'seen',
    setup: (build) =>
      plugin.setup({
        ...build,
        onLoad: (options, load) =>
          build.onLoad(options, (args) => {
            asked.push(args.path.slice(app.length + 1))
            return load(args)
          }),
        onResolve: (options, resolve) =>
          build.onResolve(options, (args) => {
            asked.push(args.path)
            return resolve(args)
          }),
      }),
  }
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: app,
    bundle: true,
    write: false,
    platform: 'node',
    define: location,
    logLevel: 'silent',
    plugins: [seen, { name: 'meanwhile', setup: (build) => build.onStart(meanwhile) }],
  })
  return { text: outputFiles[0]?.text ?? '', asked: asked.toSorted() }
}

async function open(t: Test, files: Files): Promise<string> {
  return await realpath(t.testdir(files))
}

const app = {
  src: { 'index.js': 'import "./own.js"; import "plain"; import "place"', 'own.js': '1' },
  node_modules: {
    plain: { 'index.js': 'module.exports = require("./data.json")', 'data.json': '{}' },
    place: { 'index.js': 'module.exports = __dirname' },
  },
}
const all = [
  'node_modules/place/index.js',
  'node_modules/plain/data.json',
  'node_modules/plain/index.js',
  'src/index.js',
  'src/own.js',
]

t.test('of files that are expected, those are asked for that have a place to know', async (t) => {
  const files = await open(t, app)
  const whole = await run(files)
  const scripts = all.filter((path) => path.endsWith('.js'))
  t.strictSame(whole.asked, scripts)
  t.match(whole.text, '__arc_path("node_modules/place")')
  const known = await run(files, all)
  t.strictSame(known, { text: whole.text, asked: ['node_modules/place/index.js'] })
  const some = await run(files, ['src/index.js', 'node_modules/gone/index.js', 'src'])
  t.equal(some.text, whole.text)
  t.notOk(some.asked.includes('src/index.js'))
})

t.test('what decides is what they have now', async (t) => {
  const plain = { 'index.js': 'module.exports = __filename' }
  const own = { ...app.src, 'own.js': 'require("./" + process.argv[2])' }
  const changed = { src: own, node_modules: { ...app.node_modules, plain } }
  const files = await open(t, changed)
  const whole = await run(files)
  t.match(whole.text, '__arc_path("node_modules/plain/index.js")')
  t.match(whole.text, '__arc_require("./"')
  t.equal((await run(files, all)).text, whole.text)
})

const addon = { 'addon.node': '', 'index.js': 'exports.x = require("./addon")' }
for (const [name, src, specifier] of [
  ['beside', addon, './addon.node'],
  [
    'below',
    {
      'index.js': 'exports.x = require("./lib/x.js")',
      lib: { 'x.js': addon['index.js'], 'addon.node': '' },
    },
    './lib/addon.node',
  ],
] as const)
  t.test(`a native file stays one: ${name}`, async (t) => {
    const files = await open(t, { src })
    const { text } = await run(files, ['src/index.js', 'src/lib/x.js'])
    t.match(text, `require("${specifier}")`)
  })

t.test('a native file where a link leads stays one', async (t) => {
  const files = await open(t, {
    src: {
      'index.js': 'exports.x = require("./lib/addon")',
      lib: t.fixture('symlink', '../native'),
    },
    native: { 'addon.node': '' },
  })
  t.match((await run(files)).text, 'require("./lib/addon.node")')
})

t.test(
  'a file that is not ASCII, and one of another kind, are read as without a filter',
  async (t) => {
    const files = await open(t, {
      src: {
        'index.js':
          '#!/usr/bin/env node\nimport "./ä.js"; import "./a.css.js"; import data from "./a.json"; data',
        'ä.js': '"use strict"; module.exports = __dirname',
        'a.css.js': 'module.exports = import.meta.url',
        'a.json': '{"text": "__dirname"}',
      },
    })
    const whole = await run(files)
    const paths = ['src/index.js', 'src/ä.js', 'src/a.css.js', 'src/a.json']
    const known = await run(files, paths)
    t.equal(known.text, whole.text)
    t.strictSame(known.asked, ['src/a.css.js', 'src/ä.js'])
  },
)

t.test('a file that is changed after it was looked at', async (t) => {
  const folder = await open(t, app)
  const plain = join(folder, 'node_modules/plain/index.js')
  const becomes = (text: string) =>
    run(folder, ['node_modules/plain/index.js'], () => writeFileSync(plain, text))
  t.match((await becomes('module.exports = "other"')).text, /"other"/, 'to one as plain')
  await t.rejects(becomes('module.exports = __dirname'), {
    message: /plain\/index\.js was changed while it was bundled\. Deploy again\./,
  })
})
