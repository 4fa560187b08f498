import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { createHydrator } from '../../../../plugin/effects/functions/hydrate.ts'

/** An Architect whose hydrate only writes down what it is asked, and installs `dep` 1.0.0. */
const architect = {
  architect: { 'package.json': '{"name":"@architect/architect"}' },
  deploy: { 'index.js': '' },
  hydrate: {
    'index.js': `
      const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs')
      exports.install = async ({ inventory, ...options }) => {
        appendFileSync(options.cwd + '/journal', JSON.stringify(options) + '\\n')
        if (inventory.fails) throw new Error('npm ERR! 404')
        const folder = options.basepath + '/node_modules/dep'
        mkdirSync(folder, { recursive: true })
        writeFileSync(folder + '/package.json', '{"version":"1.0.0"}')
      }`,
  },
}

const manifest = '{"dependencies":{"dep":"^1.0.0"}}'
const lockfile = '{"packages":{"node_modules/dep":{"version":"1.0.0"}}}'

async function asked(app: string): Promise<unknown[]> {
  const journal = await readFile(join(app, 'journal'), 'utf8').catch(() => '')
  return journal
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line))
}

t.test('a folder is installed once, by the Architect of the app, and nothing else', async (t) => {
  const app = t.testdir({
    node_modules: { '@architect': architect },
    one: { 'package.json': manifest },
  })
  const { install: hydrate } = createHydrator({}, app)
  const folder = join(app, 'one')
  await Promise.all([hydrate(folder), hydrate(folder)])
  const quiet = { autoinstall: false, copyShared: false, quiet: true }
  t.strictSame(await asked(app), [{ cwd: app, basepath: folder, ...quiet }])
})

t.test('what is there in the locked version is left alone', async (t) => {
  const installed = (version: string) => ({
    'package.json': manifest,
    'package-lock.json': lockfile,
    node_modules: { dep: { 'package.json': JSON.stringify({ version }) } },
  })
  const app = t.testdir({
    node_modules: { '@architect': architect },
    none: {},
    empty: { 'package.json': '{"type":"module"}' },
    good: installed('1.0.0'),
    old: installed('0.9.0'),
  })
  const { install: hydrate } = createHydrator({}, app)
  for (const name of ['none', 'empty', 'good', 'old']) await hydrate(join(app, name))
  t.match(await asked(app), [{ basepath: join(app, 'old') }])
  t.equal((await asked(app)).length, 1)
})

t.test('what cannot be installed stops the deploy', async (t) => {
  const app = t.testdir({
    node_modules: { '@architect': architect },
    one: { 'package.json': manifest },
    two: { 'package.json': '{"dependencies":{"other":"1"}}' },
  })
  const code = 'HYDRATE_FAILED'
  await t.rejects(createHydrator({ fails: true }, app).install(join(app, 'one')), {
    code,
    message: /404/,
  })
  await t.rejects(createHydrator({}, app).install(join(app, 'two')), {
    code,
    message: /two.package\.json/,
  })
})
