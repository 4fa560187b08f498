import { realpath } from 'node:fs/promises'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { bringPackages } from '../../../../plugin/effects/functions/bring-packages.ts'
import { planOf } from '../../../fixtures/corpus.ts'
import { remove, type Tree, writeTree } from '../../../fixtures/zip-parity.ts'

/** What of an app's packages goes in for its worker, with what it is a copy of. */
async function brought(t: Test, wanted: { names: readonly string[]; files: Tree }) {
  const { made, root } = await bring(t, wanted)
  return Object.fromEntries(
    made.files
      .filter(({ path }) => !path.endsWith('package.json'))
      .map(({ path, file }) => [path, file.slice(root.length + 1)]),
  )
}

async function bring(t: Test, { names, files }: { names: readonly string[]; files: Tree }) {
  const root = await realpath(await writeTree({ 'app/src/http/get-index/index.js': '', ...files }))
  t.teardown(() => remove(root))
  const app = join(root, 'app')
  const [target] = planOf(app, { entry: 'http/get-index/index.js' }).functions
  if (target === undefined) throw new Error('the plan has no function')
  const directory = target.sourceDirectory
  const found = { around: new Map(), available: new Set<string>(), ofImage: new Set<string>() }
  const made = await bringPackages({ target, directory, appDirectory: app, names, ...found })
  return { made: made.brought, root }
}

t.test('packages that a monorepo has installed above the app', async (t) => {
  const found = await brought(t, {
    names: ['hoisted', 'linked', 'strange'],
    files: {
      'app/package.json': '{"dependencies":{"hoisted":"1","linked":"1","strange":"1"}}',
      'node_modules/hoisted/package.json': '{"dependencies":{"deeper":"1"}}',
      'node_modules/hoisted/index.js': '',
      'node_modules/deeper/package.json': '{}',
      'node_modules/deeper/index.js': '',
      'node_modules/.pnpm/linked@1/node_modules/linked/package.json': '{}',
      'node_modules/.pnpm/linked@1/node_modules/linked/index.js': '',
      'app/node_modules/linked': { link: '../../node_modules/.pnpm/linked@1/node_modules/linked' },
      'elsewhere/package.json': '{}',
      'elsewhere/index.js': '',
      'app/node_modules/strange': { link: '../../elsewhere' },
    },
  })
  t.strictSame(found, {
    'node_modules/hoisted/index.js': 'node_modules/hoisted/index.js',
    'node_modules/deeper/index.js': 'node_modules/deeper/index.js',
    'node_modules/linked/index.js': 'node_modules/.pnpm/linked@1/node_modules/linked/index.js',
  })
})

t.test('each package finds the version that pnpm has given it', async (t) => {
  const store = 'app/node_modules/.pnpm'
  const found = await brought(t, {
    names: ['a', 'b'],
    files: {
      'app/package.json': '{"dependencies":{"a":"1","b":"2"}}',
      'app/node_modules/a': { link: '.pnpm/a@1/node_modules/a' },
      'app/node_modules/b': { link: '.pnpm/b@2/node_modules/b' },
      [`${store}/a@1/node_modules/a/package.json`]: '{"dependencies":{"b":"1"}}',
      [`${store}/a@1/node_modules/a/index.js`]: '',
      [`${store}/a@1/node_modules/b`]: { link: '../../b@1/node_modules/b' },
      [`${store}/b@1/node_modules/b/package.json`]: '{"dependencies":{"a":"1"}}',
      [`${store}/b@1/node_modules/b/index.js`]: '',
      [`${store}/b@1/node_modules/a`]: { link: '../../a@1/node_modules/a' },
      [`${store}/b@2/node_modules/b/package.json`]: '{}',
      [`${store}/b@2/node_modules/b/index.js`]: '',
    },
  })
  t.strictSame(found, {
    'node_modules/a/index.js': `${store}/a@1/node_modules/a/index.js`,
    'node_modules/a/node_modules/b/index.js': `${store}/b@1/node_modules/b/index.js`,
    'node_modules/b/index.js': `${store}/b@2/node_modules/b/index.js`,
  })
})

t.test('a package of a workspace, with links to what it needs, above the app', async (t) => {
  const store = 'node_modules/.pnpm'
  const found = await brought(t, {
    names: ['own'],
    files: {
      'app/package.json': '{"dependencies":{"own":"*"}}',
      'app/node_modules/own': { link: '../packages/own' },
      'app/packages/own/package.json': '{"dependencies":{"a":"1"},"devDependencies":{"dev":"1"}}',
      'app/packages/own/index.js': '',
      'app/packages/own/node_modules/a': { link: `../../../../${store}/a@1/node_modules/a` },
      'app/packages/own/node_modules/dev': { link: `../../../../${store}/dev@1/node_modules/dev` },
      [`${store}/a@1/node_modules/a/package.json`]: '{"dependencies":{"b":"1"}}',
      [`${store}/a@1/node_modules/a/index.js`]: '',
      [`${store}/a@1/node_modules/b`]: { link: '../../b@1/node_modules/b' },
      [`${store}/b@1/node_modules/b/package.json`]: '{}',
      [`${store}/b@1/node_modules/b/index.js`]: '',
      [`${store}/dev@1/node_modules/dev/package.json`]: '{}',
    },
  })
  t.strictSame(found, {
    'node_modules/own/index.js': 'app/packages/own/index.js',
    'node_modules/a/index.js': `${store}/a@1/node_modules/a/index.js`,
    'node_modules/b/index.js': `${store}/b@1/node_modules/b/index.js`,
  })
})

t.test('packages below a package, and what these need further up', async (t) => {
  const found = await brought(t, {
    names: ['a', 'b'],
    files: {
      'app/package.json': '{"dependencies":{"a":"1","b":"2"}}',
      'app/node_modules/a/package.json': '{"dependencies":{"b":"1"}}',
      'app/node_modules/a/index.js': '',
      'app/node_modules/a/node_modules/b/package.json': '{"dependencies":{"c":"1","d":"1"}}',
      'app/node_modules/a/node_modules/b/index.js': '',
      'app/node_modules/a/node_modules/d/package.json': '{}',
      'app/node_modules/a/node_modules/d/index.js': '',
      'app/node_modules/b/package.json': '{"dependencies":{"d":"2"}}',
      'app/node_modules/b/index.js': '',
      'app/node_modules/c/package.json': '{}',
      'app/node_modules/c/index.js': '',
      'app/node_modules/d/package.json': '{}',
      'app/node_modules/d/index.js': '',
    },
  })
  const at = (path: string): string => `app/node_modules/${path}`
  t.strictSame(found, {
    'node_modules/a/index.js': at('a/index.js'),
    'node_modules/a/node_modules/b/index.js': at('a/node_modules/b/index.js'),
    'node_modules/b/index.js': at('b/index.js'),
    'node_modules/c/index.js': at('c/index.js'),
    'node_modules/d/index.js': at('a/node_modules/d/index.js'),
    'node_modules/b/node_modules/d/index.js': at('d/index.js'),
  })
})

t.test('what cannot be packed of a package is told with its place', async (t) => {
  const { made, root } = await bring(t, {
    names: ['a'],
    files: {
      'app/package.json': '{"dependencies":{"a":"1"}}',
      'app/node_modules/a/package.json': '{}',
      'app/node_modules/a/data': { link: '../../../elsewhere' },
      'app/node_modules/a/gone': { link: 'nowhere' },
      'elsewhere/data.bin': '',
    },
  })
  t.strictSame(made.faults, [
    { path: 'node_modules/a/data', reason: `is a link that leads out, to ${root}/elsewhere` },
  ])
  t.strictSame(made.passedOver, [
    { path: 'node_modules/a/gone', reason: 'is a link to nothing (nowhere)' },
  ])
})
