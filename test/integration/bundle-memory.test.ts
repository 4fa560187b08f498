import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'

import type { ImageSettings, PlannedImage } from '../../plugin/core/model.ts'
import { type BundlerOptions, createBundler } from '../../plugin/effects/bundle/create-bundler.ts'
import type { Written } from '../../plugin/effects/bundle-memory/bundle-record.ts'
import { readSource } from '../../plugin/effects/layer/read-source.ts'
import type { Bundle } from '../../plugin/ports/bundle.ts'
import { planOf } from '../fixtures/corpus.ts'

/** Files of the app by path; it has two functions, shared code, packages and links. */
const files: Readonly<Record<string, string>> = {
  'src/http/get-index/index.ts': `
    import util from './util'
    import { tool } from './tool.js'
    import { main } from 'dep'
    import sub from 'dep/sub'
    import pattern from 'dep/features/a.js'
    import linked from 'linked'
    import { share } from '@architect/shared/tools.js'
    import './styles'
    let optional; try { optional = require('optional') } catch {}
    let beside; try { beside = require('./beside') } catch {}
    class Field { @deco name = 1 }
    function deco(...args: unknown[]) { return args }
    export const handler = async () =>
      [util, tool, main, sub, pattern, linked, share, optional, beside, new Field(), process.env.STAGE]`,
  'src/http/get-index/util.js': 'export default "util.js"',
  'src/http/get-index/tool.ts': 'export const tool: string = "tool.ts"',
  'src/http/get-index/styles/main.js': 'export default 1',
  'src/http/get-index/styles/package.json': '{"main":"main.js"}',
  'src/http/get-other/index.mjs':
    'import lib from "../../lib/index.mjs"\nexport const handler = async () => lib',
  'src/lib/index.mjs': 'import data from "./data.json"\nexport default data',
  'src/lib/data.json': '{"a":1}',
  'src/shared/tools.js': 'exports.share = "shared"',
  'src/shared/package.json': '{"name":"shared"}',
  'tsconfig.json': '{"extends":"./tsconfig.base.json"}',
  'tsconfig.base.json': '{"compilerOptions":{"experimentalDecorators":true}}',
  'package.json': '{"name":"app"}',
  'node_modules/dep/package.json':
    '{"name":"dep","version":"1.0.0","exports":{".":{"require":"./main.cjs","import":"./main.mjs"},"./sub":"./sub.js","./features/*":"./src/*"}}',
  'node_modules/dep/main.mjs': 'export const main = "main.mjs"; export const unused = sideEffect()',
  'node_modules/dep/main.cjs': 'exports.main = "main.cjs"',
  'node_modules/dep/sub.js': 'module.exports = require("inner")',
  'node_modules/dep/src/a.js': 'exports.pattern = "a"',
  'node_modules/inner/package.json': '{"name":"inner","main":"./lib"}',
  'node_modules/inner/lib/index.js': 'module.exports = "inner/lib"',
  'node_modules/inner/index.js': 'module.exports = "inner/index"',
  'node_modules/inner/other.js': 'module.exports = "inner/other"',
  'packages/first/package.json': '{"name":"linked"}',
  'packages/first/index.js': 'module.exports = "first"',
  'packages/second/package.json': '{"name":"linked"}',
  'packages/second/index.js': 'module.exports = "second"',
  'docker/corpus/package.json': '{"private":true}',
}

interface World {
  readonly app: string
  readonly cacheDirectory: string
  options: Omit<Partial<BundlerOptions>, 'appDirectory'>
  settings: Partial<ImageSettings>
  template: Readonly<Record<string, unknown>>
  node: number
}

async function open(t: Test): Promise<World> {
  const app = await realpath(await mkdtemp(join(tmpdir(), 'memory-')))
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'memory-cache-'))
  t.teardown(() =>
    Promise.all([app, cacheDirectory].map((path) => rm(path, { recursive: true, force: true }))),
  )
  for (const [path, text] of Object.entries(files)) await put(app, path, text)
  await utimes(join(app, 'src/http/get-index/util.js'), 1_700_000_000, 1_700_000_000)
  await symlink('../packages/first', join(app, 'node_modules/linked'))
  return {
    app,
    cacheDirectory,
    options: { folders: { shared: join(app, 'src/shared') } },
    settings: { define: ['STAGE'] },
    template: { STAGE: 'one' },
    node: 24,
  }
}

async function put(app: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(app, path)), { recursive: true })
  await writeFile(join(app, path), text)
}

function imageOf({ app, settings, template, node }: World): PlannedImage {
  const one = planOf(app, { entry: 'http/get-index/index.ts', settings, template })
  const other = planOf(app, { entry: 'http/get-other/index.mjs', settings, template })
  return { ...one, nodeVersion: node, functions: [...one.functions, ...other.functions] }
}

/** What was made, or why nothing was; times of the cache's folder are no part of it. */
async function make(world: World, cacheDirectory?: string): Promise<unknown> {
  const options = { ...world.options, ...(cacheDirectory !== undefined && { cacheDirectory }) }
  const bundler = createBundler({ appDirectory: world.app, shell: {}, ...options })
  try {
    return seen(await bundler.bundle(imageOf(world)))
  } catch (error) {
    return error instanceof Error ? error.message : error
  }
}

function seen({ files, maps, ...others }: Bundle) {
  const read = (source: Bundle['files'][number]['source']) =>
    Buffer.from(readSource(source)).toString('latin1')
  return {
    ...others,
    files: files.map(({ path, executable, source }) => [path, executable, read(source)]),
    maps: [...(maps ?? [])].map(([path, source]) => [path, read(source)]).toSorted(),
  }
}

/** What is asked for each function and module, by the name of the record. */
async function questionsIn(cacheDirectory: string) {
  const folder = join(cacheDirectory, 'bundles')
  const all = await readdir(folder).catch(() => [])
  const names = all.filter((name) => name.endsWith('.json'))
  const records = names.map(async (name) => {
    const [, json = ''] = (await readFile(join(folder, name), 'utf8')).split('\n')
    const { functions, modules, questions }: Written = JSON.parse(json)
    const asked = (numbers: readonly number[]) =>
      numbers.map((number) => questions[number]).toSorted()
    const ofFunctions = Object.entries(functions).map(([path, one]) => [
      path,
      asked(one.questions),
      one.read.map((index) => modules[index]?.path).toSorted(),
    ])
    const ofModules = modules.map((module) => [module.path, asked(module.questions)])
    return [name, { functions: ofFunctions, modules: ofModules.toSorted() }] as const
  })
  return new Map(await Promise.all(records))
}

/** Names of the functions that are remembered, and a number that another record does not have. */
async function remembered({ cacheDirectory }: World) {
  const folder = join(cacheDirectory, 'bundles')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'))
  const records = names.map(async (name) => {
    const [, json = ''] = (await readFile(join(folder, name), 'utf8')).split('\n')
    const { functions }: { functions: object } = JSON.parse(json)
    return {
      made: (await stat(join(folder, name))).ino,
      functions: Object.keys(functions).toSorted(),
    }
  })
  return await Promise.all(records)
}

const both = ['http/get-index/index.cjs', 'http/get-other/index.cjs']

type Change = (world: World) => Promise<unknown> | void

const write =
  (path: string, text: string): Change =>
  ({ app }) =>
    put(app, path, text)
const remove =
  (path: string): Change =>
  ({ app }) =>
    rm(join(app, path), { recursive: true })

/** `same` where the change decides nothing and the bundles are found again. */
const changes: Readonly<Record<string, Change>> = {
  'a source': write('src/http/get-index/tool.ts', 'export const tool = "changed"'),
  'data of a module two levels below': write('src/lib/data.json', '{"a":2}'),
  'a .ts beside a .js': write('src/http/get-index/util.ts', 'export default "util.ts"'),
  'a .js beside a .ts that is imported as .js': write(
    'src/http/get-index/tool.js',
    'exports.tool = "tool.js"',
  ),
  'a folder of the same name': write(
    'src/http/get-index/util/index.ts',
    'export default "util/index.ts"',
  ),
  'the file goes and a folder is there': async ({ app }) => {
    await put(app, 'src/http/get-index/util/index.ts', 'export default "folder"')
    await rm(join(app, 'src/http/get-index/util.js'))
  },
  'a file in the place of a folder': write('src/http/get-index/styles.js', 'console.log("file")'),
  "an index beside a manifest's main": write(
    'src/http/get-index/styles/index.js',
    'console.log(1)',
  ),
  "a folder's manifest goes": async ({ app }) => {
    await rm(join(app, 'src/http/get-index/styles/package.json'))
    await put(app, 'src/http/get-index/styles/index.js', 'console.log("index")')
  },
  'an optional module comes': write('src/http/get-index/beside.json', '{"now":"there"}'),
  'an optional module comes as a folder': write(
    'src/http/get-index/beside/index.js',
    'exports.now = 1',
  ),
  'an optional package comes': write(
    'node_modules/optional/index.js',
    'module.exports = "optional"',
  ),
  'a nearer package': write(
    'src/http/get-index/node_modules/dep/index.js',
    'exports.main = "nearer"',
  ),
  'a package in a folder between': write(
    'src/node_modules/dep/index.js',
    'exports.main = "between"',
  ),
  'a tsconfig in a folder between': write(
    'src/tsconfig.json',
    '{"compilerOptions":{"experimentalDecorators":false}}',
  ),
  'a package between': write('src/node_modules/inner/index.js', 'module.exports = "no"'),
  'a package inside of a package': write(
    'node_modules/dep/node_modules/inner/index.js',
    'module.exports = "inside"',
  ),
  'a package is upgraded': async ({ app }) => {
    await put(app, 'node_modules/dep/main.mjs', 'export const main = "2.0.0"')
    await put(
      app,
      'node_modules/dep/package.json',
      '{"name":"dep","version":"2.0.0","exports":{".":"./main.mjs","./sub":"./sub.js","./features/*":"./src/*"}}',
    )
  },
  exports: write(
    'node_modules/dep/package.json',
    '{"name":"dep","exports":{".":"./main.cjs","./sub":"./sub.js","./features/*":"./src/*"}}',
  ),
  'exports in another order': write(
    'node_modules/dep/package.json',
    '{"name":"dep","version":"1.0.0","exports":{".":{"import":"./main.cjs","require":"./main.cjs"},"./sub":"./sub.js","./features/*":"./src/*"}}',
  ),
  sideEffects: write(
    'node_modules/dep/package.json',
    (files['node_modules/dep/package.json'] ?? '').replace(
      '"version"',
      '"sideEffects":false,"version"',
    ),
  ),
  type: write('node_modules/inner/package.json', '{"name":"inner","main":"./lib","type":"module"}'),
  main: write('node_modules/inner/package.json', '{"name":"inner","main":"./other.js"}'),
  browser: write(
    'node_modules/inner/package.json',
    '{"name":"inner","main":"./lib","browser":"./other.js"}',
  ),
  'the app takes the name of a package': write(
    'package.json',
    '{"name":"dep","exports":{".":"./src/lib/index.mjs","./sub":"./src/shared/tools.js"}}',
  ),
  'a .tsx beside a .js': write('src/http/get-index/util.tsx', 'export default "util.tsx"'),
  'a name in another case': ({ app }) =>
    rename(join(app, 'src/http/get-index/util.js'), join(app, 'src/http/get-index/Util.js')),
  'what main named as a folder comes as a file': write(
    'node_modules/inner/lib.js',
    'module.exports = "lib.js"',
  ),
  'what main names loses its index': remove('node_modules/inner/lib/index.js'),
  'a manifest in the middle': write(
    'src/lib/package.json',
    '{"sideEffects":false,"type":"module"}',
  ),
  "shared code's manifest": write(
    'src/shared/package.json',
    '{"name":"shared","exports":{"./tools.js":"./other.js"}}',
  ),
  'shared code': write('src/shared/tools.js', 'exports.share = "other"'),
  'shared code as TypeScript': write('src/shared/tools.ts', 'export const share = "ts"'),
  'views come': async (world) => {
    await put(world.app, 'src/views/page.js', 'exports.page = 1')
    world.options = {
      folders: { shared: join(world.app, 'src/shared'), views: join(world.app, 'src/views') },
    }
  },
  'shared code is elsewhere': async (world) => {
    await put(world.app, 'src/other/tools.js', 'exports.share = "elsewhere"')
    world.options = { folders: { shared: join(world.app, 'src/other') } }
  },
  'an extended tsconfig': write(
    'tsconfig.base.json',
    '{"compilerOptions":{"experimentalDecorators":false}}',
  ),
  'tsconfig extends another': async ({ app }) => {
    await put(app, 'tsconfig.other.json', '{}')
    await put(app, 'tsconfig.json', '{"extends":"./tsconfig.other.json"}')
  },
  'a nearer tsconfig': write(
    'src/http/get-index/tsconfig.json',
    '{"compilerOptions":{"target":"es5","useDefineForClassFields":false}}',
  ),
  'a nearer jsconfig': write(
    'src/http/get-index/jsconfig.json',
    '{"compilerOptions":{"experimentalDecorators":false}}',
  ),
  'tsconfig gets paths': write(
    'tsconfig.json',
    '{"compilerOptions":{"paths":{"dep":["./src/lib/index.mjs"]}}}',
  ),
  'a tsconfig goes': remove('tsconfig.json'),
  'a link leads elsewhere': async ({ app }) => {
    await rm(join(app, 'node_modules/linked'))
    await symlink('../packages/second', join(app, 'node_modules/linked'))
  },
  'a link to a folder of packages': async ({ app }) => {
    await cp(join(app, 'node_modules'), join(app, 'installed'), {
      recursive: true,
      verbatimSymlinks: true,
    })
    await put(app, 'installed/inner/lib/index.js', 'module.exports = "moved!!!"')
    await rename(join(app, 'node_modules'), join(app, 'before'))
    await symlink('installed', join(app, 'node_modules'))
  },
  'another content of the same size and time': async ({ app }) => {
    const file = join(app, 'src/http/get-index/util.js')
    await writeFile(file, 'export default "until.j"')
    await utimes(file, 1_700_000_000, 1_700_000_000)
  },
  'a value of define': (world) => {
    world.template = { STAGE: 'two' }
  },
  'a value of define goes': (world) => {
    world.template = {}
  },
  'another working directory': (world) => {
    world.settings = { ...world.settings, workingDirectory: 'task-root' }
  },
  'a package becomes external': write('docker/corpus/package.json', '{"dependencies":{"dep":"1"}}'),
  'a setting makes one external': (world) => {
    world.settings = { ...world.settings, external: ['inner'] }
  },
  'another Node': (world) => {
    world.node = 22
  },
  'an option of esbuild': (world) => {
    world.options = { ...world.options, esbuildConfig: { minifyIdentifiers: true } }
  },
  'a plugin of esbuild': (world) => {
    const load = () => ({ contents: 'export const tool = "by a plugin"' })
    const plugin = {
      name: 'own',
      setup: (build: { onLoad: Function }) => build.onLoad({ filter: /tool\.ts$/ }, load),
    }
    world.options = { ...world.options, esbuildConfig: { plugins: [plugin] } }
  },
  'packages that Architect has installed': write(
    'src/http/get-other/node_modules/dep/index.js',
    'exports.main = "left over"',
  ),
  'a module goes': remove('src/http/get-index/util.js'),
  'a syntax error': write('src/http/get-index/tool.ts', 'export const tool = ='),
  'a warning': write('src/http/get-index/tool.ts', 'export const tool = "x" === -0'),
  'no handler': write('src/http/get-other/index.mjs', 'export const hander = async () => 1'),
  'a handler with a callback': write(
    'src/http/get-other/index.mjs',
    'export const handler = (event, context, done) => done()',
  ),
  'computed names': write('src/lib/index.mjs', 'export default (name) => require("./" + name)'),
  "Yarn's PnP": write('.pnp.data.json', '{}'),
}

t.test('damaged files of the cache are made again', async (t) => {
  const world = await open(t)
  const made = await make(world, world.cacheDirectory)
  const folder = join(world.cacheDirectory, 'bundles')
  const damages = [
    (text: Buffer) => text.subarray(0, -1),
    (text: Buffer) => Buffer.concat([text, Buffer.from(' ')]),
    (text: Buffer) => Buffer.from(text.toString('latin1').replaceAll(/[a-z]/g, 'x'), 'latin1'),
    () => Buffer.from(''),
  ]
  for (const damage of damages)
    for (const name of await readdir(folder)) {
      if (await isMap(join(folder, name))) continue
      await writeFile(join(folder, name), damage(await readFile(join(folder, name))))
      t.strictSame(await make(world, world.cacheDirectory), made)
      t.match(await remembered(world), [{ functions: both }])
    }
})

async function isMap(file: string): Promise<boolean> {
  return (await readFile(file, 'utf8')).includes('"mappings"')
}

t.test('two deploys at the same time', async (t) => {
  const world = await open(t)
  const made = await make(world)
  const twice = [world, world, world].map((each) => make(each, each.cacheDirectory))
  t.strictSame(await Promise.all(twice), [made, made, made])
  t.strictSame(await make(world, world.cacheDirectory), made)
})

t.test('a cache that cannot be written is no fault', async (t) => {
  const world = await open(t)
  const made = await make(world)
  const file = join(world.cacheDirectory, 'no-folder')
  await writeFile(file, '')
  t.strictSame(await make(world, file), made)
  await writeFile(join(world.cacheDirectory, 'bundles'), '')
  t.strictSame(await make(world, world.cacheDirectory), made)
})

t.test('values of define-secret are written nowhere', async (t) => {
  const world = await open(t)
  world.settings = { defineSecret: ['STAGE'] }
  world.template = { STAGE: 'correct-horse' }
  t.match(JSON.stringify(await make(world, world.cacheDirectory)), 'correct-horse')
  t.strictSame(await readdir(world.cacheDirectory), [])
})

t.test('one changed function of many is bundled alone, to the same bytes', async (t) => {
  const world = await open(t)
  await make(world, world.cacheDirectory)
  await put(world.app, 'src/lib/data.json', '{"a":"other"}')
  const folder = join(world.cacheDirectory, 'bundles')
  const before = await readdir(folder)
  const made = await make(world, world.cacheDirectory)
  t.strictSame(made, await make(world))
  const added = (await readdir(folder)).filter((name) => !before.includes(name))
  t.equal(added.length, 2, 'its code and its source map')
})

t.test('what is written meanwhile is not taken for what bundles were made from', async (t) => {
  const world = await open(t)
  const sources = { 'src/http/get-index/tool.ts': 'tool', 'node_modules/dep/main.mjs': 'main' }
  const began = performance.now()
  await make(world, world.cacheDirectory)
  const whole = performance.now() - began
  for (let part = 0; part < 40; part++) {
    const milliseconds = (whole * part) / 40
    const cacheDirectory = join(world.cacheDirectory, String(part))
    const making = make(world, cacheDirectory)
    await sleep(milliseconds)
    for (const [path, name] of Object.entries(sources))
      await put(world.app, path, `export const ${name} = ${milliseconds}`)
    await making
    t.strictSame(await make(world, cacheDirectory), await make(world), `${milliseconds} ms later`)
  }
})

t.test('functions that are bundled together are known apart', async (t) => {
  const world = await open(t)
  const sources = {
    first: 'import lib from "../../lib/index.mjs"\nexport const handler = async () => lib',
    second: 'import lib from "../../lib/index.mjs"\nexport const handler = async () => [lib]',
    third: 'export const handler = async () => 3',
    warned: 'const never = (x) => x === NaN\nexport const handler = async () => never',
  }
  for (const [name, text] of Object.entries(sources))
    await put(world.app, `src/http/get-${name}/index.mjs`, text)
  const plans = Object.keys(sources).map((name) =>
    planOf(world.app, { entry: `http/get-${name}/index.mjs` }),
  )
  const bundleAll = async (cacheDirectory?: string): Promise<unknown> => {
    const bundler = createBundler({
      appDirectory: world.app,
      shell: {},
      ...(cacheDirectory !== undefined && { cacheDirectory }),
    })
    const functions = plans.flatMap((plan) => plan.functions)
    const bundled = plans.slice(0, 1).map((plan) => bundler.bundle({ ...plan, functions }))
    return await Promise.all(bundled).then(
      (made) => made.map(seen),
      (error: unknown) => String(error),
    )
  }
  const written = async (): Promise<readonly string[]> => {
    const names = await readdir(join(world.cacheDirectory, 'bundles')).catch(() => [])
    return names.filter((name) => !name.endsWith('.json'))
  }
  /** How many functions were bundled again, each to code and a map that were not there. */
  const bundledAgain = async (): Promise<number> => {
    const before = await written()
    const anew = await bundleAll()
    t.strictSame(await bundleAll(world.cacheDirectory), anew, 'as without a cache')
    t.strictSame(await bundleAll(world.cacheDirectory), anew, 'once more')
    return (await written()).filter((name) => !before.includes(name)).length / 2
  }
  t.equal(await bundledAgain(), 4)
  t.strictSame(
    (await remembered(world)).map(({ functions }) => functions.length),
    [4],
    'and all are remembered',
  )
  t.match(await bundleAll(world.cacheDirectory), [{ notes: [/get-warned.*NaN/] }])

  await put(world.app, 'src/lib/data.json', '{"shared":"changed"}')
  t.equal(await bundledAgain(), 2, 'those that share what has changed')

  await put(world.app, 'src/http/get-third/index.mjs', 'export const handler = (')
  await put(world.app, 'src/http/get-first/index.mjs', 'import "nowhere"')
  await put(world.app, 'src/lib/data.json', '{"shared":"once more"}')
  const told = String(await bundleAll(world.cacheDirectory))
  t.match(told, /get-third\/index\.mjs:1:24/)
  t.match(told, /"nowhere"[^]*get-first/)
  t.notMatch(told, 'get-second')

  await put(world.app, 'src/http/get-third/index.mjs', sources.third)
  await put(world.app, 'src/http/get-first/index.mjs', sources.first)
  t.equal(await bundledAgain(), 2, 'as if nothing had been wrong meanwhile')
})

t.test('a function has the same bytes beside any other', async (t) => {
  const world = await open(t)
  await put(world.app, 'src/lib/index.mjs', 'export default 1')
  const codeOf = async () => {
    const options = { appDirectory: world.app, shell: {}, ...world.options }
    const { files: made } = await createBundler(options).bundle(imageOf(world))
    const source = made.find(({ path }) => path === `var/task/${both[1]}`)?.source
    return source && Buffer.from(readSource(source)).toString()
  }
  const before = await codeOf()
  await put(
    world.app,
    'src/http/get-index/tool.ts',
    'exports.tool = require("../../lib/index.mjs")',
  )
  t.equal(await codeOf(), before, 'though the other one requires what it imports')
})

t.jobs = 8

for (const [name, change] of Object.entries(changes))
  t.test(`${name}: as without a cache`, async (t) => {
    const world = await open(t)
    t.strictSame(await make(world, world.cacheDirectory), await make(world))
    const before = await remembered(world)
    t.match(before, [{ functions: both }])
    await make(world, world.cacheDirectory)
    t.strictSame(await remembered(world), before, 'found again while nothing has changed')
    await change(world)
    const anew = await make(world)
    t.strictSame(await make(world, world.cacheDirectory), anew)
    t.strictSame(await make(world, world.cacheDirectory), anew, 'once more')
    const fresh = await mkdtemp(join(tmpdir(), 'memory-fresh-'))
    t.teardown(() => rm(fresh, { recursive: true, force: true }))
    await make(world, fresh)
    const now = await questionsIn(world.cacheDirectory)
    for (const [record, questions] of await questionsIn(fresh))
      t.strictSame(now.get(record), questions, 'and the same decides it as without a record')
  })
