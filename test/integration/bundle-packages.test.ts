import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import t, { type Test } from 'tap'

import { bundlePackages } from '../../plugin/effects/embedded/bundle-packages.ts'
import type { LayerEntry } from '../../plugin/effects/layer/layer-entry.ts'
import { readImageSettings } from '../../plugin/core/settings/read-settings.ts'
import { plannedImage } from '../stand-in/inputs/planned-image.ts'

/** Files of `node_modules`, by their paths in it; a link is written as `-> target`. */
type Packages = Readonly<Record<string, string>>

const image = plannedImage({
  nodeVersion: 24,
  settings: { ...readImageSettings([], []), bundlePackages: ['all'] },
})

function entriesOf(packages: Packages): LayerEntry[] {
  return Object.entries(packages).map(([name, text]): LayerEntry => {
    const path = `var/task/node_modules/${name}`
    return text.startsWith('-> ')
      ? { path, source: { kind: 'symlink', target: text.slice(3) } }
      : { path, executable: false, source: { kind: 'bytes', bytes: Buffer.from(text, 'latin1') } }
  })
}

async function writeTree(root: string, entries: readonly LayerEntry[], script: string) {
  for (const { path, source } of entries) {
    const file = join(root, path)
    await mkdir(dirname(file), { recursive: true })
    if (source.kind === 'symlink') await symlink(source.target, file)
    else if (source.kind === 'bytes') await writeFile(file, source.bytes)
  }
  await writeFile(join(root, 'var/task/handler.cjs'), script)
}

/** As Lambda starts Node. */
const switches = ['--no-experimental-require-module', '--no-experimental-detect-module']

interface Ways {
  readonly options?: readonly string[]
  readonly direct?: readonly string[]
  /** How many files of modules are stubs afterwards. */
  readonly stubs?: number
}

/** Runs a handler with packages as they are and with bundled ones: it must say the same. */
async function sameBothWays(
  t: Test,
  packages: Packages,
  handler: string,
  { options = switches, direct = ['a'], stubs = 1 }: Ways = {},
): Promise<string> {
  const plain = entriesOf(packages)
  const bundled = bundlePackages(plain, direct, image)
  const changed = plain.filter(({ path, source }) =>
    bundled.some((other) => other.path === path && other.source !== source),
  )
  t.equal(changed.length, stubs, 'stubs')
  const said: string[] = []
  for (const [way, entries] of Object.entries({ plain, bundled })) {
    const root = t.testdir({ [way]: {} })
    await writeTree(join(root, way), entries, handler)
    const cwd = join(root, way, 'var/task')
    const { all } = await execa('node', [...options, 'handler.cjs'], {
      cwd,
      all: true,
      reject: false,
    })
    said.push(all.replaceAll(join(root, way), '').replaceAll(/\(node:\d+\)/g, ''))
  }
  t.equal(said[1], said[0])
  return said[1] ?? ''
}

const print = 'const print = (...values) => console.log(JSON.stringify(values));'
/** Makes a package worth a stub, whose text is in the image twice. */
const filler = `/* ${'filler '.repeat(200)}*/`

function pack(name: string, files: Packages, manifest: object = {}): Packages {
  return Object.fromEntries(
    [
      ['package.json', JSON.stringify({ name, version: '1.0.0', ...manifest })] as const,
      ['filler.js', filler] as const,
      ...Object.entries(files),
    ].map(([path, text]) => [`${name}/${path}`, text]),
  )
}

t.test('one instance, whoever loads it and by which way', async (t) => {
  const packages = pack('a', {
    'index.js':
      "require('./filler'); exports.Thing = require('./lib/thing'); exports.load = (name) => require(name)",
    'lib/thing.js': 'module.exports = class Thing {}; console.log("thing loaded")',
    'lib/late.js': "module.exports = require('./thing')",
  })
  const said = await sameBothWays(
    t,
    packages,
    `${print} const deep = require('a/lib/late'); const a = require('a');
    print(new deep() instanceof a.Thing, a.load('./lib/thing') === deep, require('a') === a)
    import('a').then((es) => print(es.default === a, Object.keys(es).filter((name) => name !== 'module.exports').sort(), new es.Thing() instanceof deep))`,
  )
  t.match(said, 'thing loaded\n[true,true,true]\n[true,["Thing","default","load"],true]')
})

t.test('modules know their own places', async (t) => {
  await sameBothWays(
    t,
    {
      ...pack('a', {
        'index.js': "require('./filler'); module.exports = require('./lib/inner')",
        'lib/inner.js': `${print}
          print(__filename, __dirname, module.id, module.path, module.paths, module.parent.id, module.loaded)
          print(require.resolve('b'), require.resolve('../data.txt'), require.resolve.paths('b'), require.main.filename, require.main === module)
          print(require('node:module').createRequire(__filename)('b'), require('fs').readFileSync(__dirname + '/../data.txt', 'utf8'))
          print(Object.keys(module), module.children.length, this === exports, arguments.length, new Error('x').stack.split('\\n')[1])
          print(Object.keys(require), Object.keys(require.cache).filter((id) => !/\\.bundle/.test(id)), require.extensions === module.constructor._extensions)
          process.nextTick(() => print(module.loaded, module.parent.children.map(({ id }) => id), module.parent.loaded))`,
        'data.txt': 'data',
      }),
      ...pack('b', { 'index.js': 'module.exports = "b of " + module.parent.id' }),
    },
    `const load = require; load('a'); process.nextTick(() => console.log(module.children.map(({ id, children }) => [id, children.length])))`,
  ).then((said) => t.match(said, '/var/task/node_modules/a/lib/inner.js'))
})

t.test('modules in a circle, getters and exports that are set anew', async (t) => {
  const said = await sameBothWays(
    t,
    pack('a', {
      'index.js':
        "require('./filler'); exports.first = 1; exports.b = require('./b'); exports.last = 2; exports.native = () => require(['./', 'c'].join(''))",
      'b.js':
        "const a = require('./index'); exports.seen = Object.keys(a); exports.later = () => a.last; module.exports = { ...exports, again: require('./index') === a, c: require('./c') }",
      'c.js':
        "Object.defineProperty(exports, 'd', { enumerable: true, get: () => require('./d') }); exports.self = require('./c')",
      'd.js': 'console.log("d is loaded late"); module.exports = () => "d"',
    }),
    `${print} const a = require('a'); print(Object.keys(a), a.b.seen, a.b.later(), a.b.again, a.b.c.self === a.b.c)
    print(a.b.c.d(), a.b.c.d === a.b.c.d, a.native() === a.b.c, Object.getPrototypeOf(a) === Object.prototype)`,
  )
  t.match(said, '[["first","b","last","native"],["first"],2,true,true]')
})

t.test('a circle of which Node itself loads a part', async (t) => {
  await sameBothWays(
    t,
    pack('a', {
      'index.js':
        "require('./filler'); exports.name = 'a'; exports.other = require('./other'); exports.end = 1",
      'other.js': "const name = './outside'; exports.early = require(name); exports.end = 1",
      'outside.js':
        "const other = require('./other'); exports.seen = Object.keys(other); exports.missing = other.missing; exports.other = other",
    }),
    `${print} const a = require('a'); print(a.other.early.seen, a.other.early.other === a.other, Object.getPrototypeOf(a.other) === Object.prototype, a.other.nothing)`,
  )
})

t.test('optional packages, and modules that throw', async (t) => {
  const said = await sameBothWays(
    t,
    pack('a', {
      'index.js': `require('./filler'); const tries = []
        for (let i = 0; i < 2; i++) try { require('./throws') } catch (error) { tries.push(error.message) }
        let optional; try { optional = require('not-there') } catch (error) { optional = [error.code, error.message] }
        let file; try { file = require('./not-there') } catch (error) { file = [error.code, error.requireStack] }
        module.exports = { tries, optional, file, cached: Object.keys(require.cache).filter((id) => /throws/.test(id)), children: module.children.length }`,
      'throws.js':
        'globalThis.times = (globalThis.times ?? 0) + 1; throw new Error("thrown " + globalThis.times)',
    }),
    `${print} print(require('a'))`,
  )
  t.match(said, 'thrown 2')
})

t.test('an entry that throws is tried again', async (t) => {
  await sameBothWays(
    t,
    pack('a', {
      'index.js':
        "require('./filler'); exports.half = 1; if ((globalThis.times = (globalThis.times ?? 0) + 1) < 2) throw new TypeError('once'); exports.whole = 1",
    }),
    `${print} try { require('a') } catch (error) { print(error.message, error.stack.split('\\n')[1]) } print(require('a'), module.children.map(({ id }) => id))`,
  )
})

t.test('JSON, files beside modules, and what is no plain text', async (t) => {
  const said = await sameBothWays(
    t,
    pack('a', {
      'index.js':
        "require('./filler'); exports.all = [require('./data'), require('./data.json') === require('./data'), require('./umlaut'), require('./latin'), require('./marked'), require('./marked.json')]; exports.text = require('fs').readFileSync(require.resolve('./umlaut'), 'utf8').length; try { require('./broken.json') } catch (error) { exports.broken = [error.name, error.message] }",
      'data.json': '{"a":[1,2]}',
      'broken.json': '{"a":',
      'umlaut.js': `module.exports = '${Buffer.from('ü€').toString('latin1')}'`,
      'latin.js': "module.exports = '\xfc'",
      'marked.js': '\xef\xbb\xbfmodule.exports = "with a mark"',
      'marked.json': '\xef\xbb\xbf"with a mark"',
    }),
    `${print} print(require('a'))`,
  )
  t.match(said, 'ü€')
})

t.test('two versions of a package, exports by conditions, a dual package', async (t) => {
  const said = await sameBothWays(
    t,
    {
      ...pack(
        'a',
        {
          'index.js':
            "require('./filler'); exports.versions = [require('b').version, require('c').version, require('dual').kind, require('dual/sub').kind, require('#own'), require('a/self')]; exports.esm = () => import('dual').then(({ kind }) => kind)",
          'self.js': 'module.exports = "self"',
          'own.js': 'module.exports = "own"',
        },
        { imports: { '#own': './own.js' }, exports: { '.': './index.js', './self': './self.js' } },
      ),
      ...pack('b', { 'index.js': 'exports.version = 1' }),
      ...pack('c', {
        'index.js': "exports.version = require('b').version",
        'node_modules/b/index.js': 'exports.version = 2',
      }),
      ...pack(
        'dual',
        {
          'index.mjs': 'export const kind = "module"',
          'index.cjs': 'exports.kind = "commonjs"',
          'sub.node.js': 'exports.kind = "node"',
          'sub.js': 'exports.kind = "default"',
          'sync.cjs': 'exports.kind = "module-sync"',
        },
        {
          exports: {
            '.': { 'module-sync': './sync.cjs', import: './index.mjs', require: './index.cjs' },
            './sub': { browser: './sub.js', node: './sub.node.js', default: './sub.js' },
          },
        },
      ),
    },
    `${print} const a = require('a'); print(a.versions); a.esm().then(print)`,
  )
  t.match(said, '[[1,2,"commonjs","node","own","self"]]\n["module"]')
})

t.test('where require of ES modules is on, Node decides', async (t) => {
  const said = await sameBothWays(
    t,
    {
      ...pack('a', { 'index.js': "require('./filler'); exports.kind = require('dual').kind" }),
      ...pack(
        'dual',
        { 'sync.js': 'exports.kind = "module-sync"', 'index.cjs': 'exports.kind = "commonjs"' },
        {
          exports: { 'module-sync': './sync.js', require: './index.cjs' },
        },
      ),
    },
    `${print} print(require('a').kind)`,
    { options: [] },
  )
  t.equal(said, '["module-sync"]')
})

t.test('switches and hooks that change what is loaded', async (t) => {
  const packages = {
    ...pack('a', {
      'index.js':
        "require('./filler'); exports.b = require('b'); exports.late = () => require('./late')",
      'late.js': 'module.exports = "late"',
    }),
    ...pack(
      'b',
      { 'index.js': 'module.exports = "b"', 'custom.js': 'module.exports = "custom"' },
      { exports: { custom: './custom.js', default: './index.js' } },
    ),
  }
  t.equal(
    await sameBothWays(t, packages, `${print} print(require('a'))`, {
      options: [...switches, '--conditions=custom'],
    }),
    '[{"b":"custom"}]',
  )
  for (const hook of [
    "const load = Module._load; Module._load = function (id, ...rest) { return id === 'b' || id === './late' ? 'hooked ' + id : load.call(this, id, ...rest) }",
    "const ask = Module.prototype.require; Module.prototype.require = function (id) { const got = ask.call(this, id); return typeof got === 'string' ? got + ' by ' + this.id : got }",
    "const find = Module._resolveFilename; Module._resolveFilename = function (id, ...rest) { return find.call(this, id === 'b' ? 'b' : id, ...rest).replace('late.js', 'filler.js') }",
    "const js = require.extensions['.js']; require.extensions['.js'] = (module, file) => { const compile = module._compile; module._compile = (text, name) => compile.call(module, text.replace(/\"(b|late)\"/, '\"changed $1\"'), name); js(module, file) }",
  ])
    for (const when of ['before', 'after']) {
      const handler =
        when === 'before'
          ? `${print} const Module = require('module'); ${hook}; const a = require('a'); print(a.b, a.late())`
          : `${print} const Module = require('module'); const a = require('a'); ${hook}; print(a.b, a.late())`
      const said = await sameBothWays(t, packages, handler)
      t.match(said, when === 'before' ? /hooked|by|changed|\{\}/ : /hooked|by|changed|\{\}|late/)
    }
})

t.test('mocks by the cache', async (t) => {
  await sameBothWays(
    t,
    pack('a', {
      'index.js':
        "require('./filler'); exports.get = () => [require('./b'), require('os').mocked]; exports.get()",
      'b.js': 'module.exports = { real: (globalThis.n = (globalThis.n ?? 0) + 1) }',
    }),
    `${print} require.cache.os = { exports: { mocked: true }, loaded: true }; const a = require('a'); print(a.get())
    const id = require.resolve('a/b'); delete require.cache[id]; print(a.get()); require.cache[id] = { id, exports: 'mock', loaded: true }; print(a.get())`,
  )
})

t.test('who asks by the stack, a worker, a child process', async (t) => {
  await sameBothWays(
    t,
    pack('a', {
      'index.js': `require('./filler'); ${print}
        if (require.main === module) print('main', process.argv.slice(2))
        else {
          const { Worker, isMainThread } = require('worker_threads')
          print(require('./caller')(), isMainThread)
          if (isMainThread) {
            new Worker(__filename).on('exit', () => require('child_process').spawn(process.execPath, [__filename, 'x'], { stdio: 'inherit' }))
          }
        }`,
      'caller.js': `module.exports = () => {
        const { prepareStackTrace } = Error; Error.prepareStackTrace = (_, frames) => frames
        const [, frame] = new Error().stack; Error.prepareStackTrace = prepareStackTrace
        return [frame.getFileName(), frame.getLineNumber(), frame.getColumnNumber()] }`,
    }),
    "require('a')",
  )
})

t.test('packages that share others', async (t) => {
  const packages = {
    ...pack('a', { 'index.js': "require('./filler'); exports.shared = require('shared')" }),
    ...pack('b', { 'index.js': "require('./filler'); exports.shared = require('shared')" }),
    ...pack('c', { 'index.js': "require('./filler'); exports.a = require('a')" }),
    ...pack('shared', { 'index.js': 'exports.own = require("./own")', 'own.js': 'exports.n = 1' }),
  }
  const said = await sameBothWays(
    t,
    packages,
    `${print} const c = require('c'); print(c.a === require('a'), require('b').shared === c.a.shared, c)`,
    { direct: ['a', 'b', 'c'], stubs: 3 },
  )
  t.match(said, '[true,true,{"a":{"shared":{"own":{"n":1}}}}]')
})

t.test('packages by links, as pnpm has them', async (t) => {
  const said = await sameBothWays(
    t,
    {
      a: '-> .pnpm/a@1/node_modules/a',
      '.pnpm/a@1/node_modules/b': '-> ../../b@1/node_modules/b',
      ...Object.fromEntries(
        Object.entries({
          ...pack('a', {
            'index.js': "require('./filler'); exports.b = require('b'); exports.at = __filename",
          }),
          ...pack('b', { 'index.js': 'module.exports = __filename' }),
        }).map(([path, text]) => [`.pnpm/${path.slice(0, 1)}@1/node_modules/${path}`, text]),
      ),
    },
    `${print} print(require('a'))`,
  )
  t.match(said, '.pnpm/b@1/node_modules/b/index.js')
})

t.test('native files by path and by package, as napi-rs has them', async (t) => {
  const said = await sameBothWays(
    t,
    {
      ...pack('a', {
        'index.js': `require('./filler'); const { existsSync } = require('fs'); const { join } = require('path')
          const tries = []
          const attempt = (load) => { try { return load() } catch (error) { tries.push([error.code, error.message.split('\\n')[0]]) } }
          switch (process.platform) {
            case 'linux': {
              if (existsSync(join(__dirname, 'a.linux.node'))) attempt(() => require('./a.linux.node'))
              module.exports = attempt(() => require('a-linux')) ?? attempt(() => require('a-wasm'))
              break
            }
            default: throw new Error('Unsupported')
          }
          module.exports.tries = tries`,
        'a.linux.node': 'no ELF',
      }),
      ...pack('a-linux', { 'a.node': 'no ELF either' }, { main: 'a.node' }),
      ...pack('a-wasm', { 'index.js': 'exports.kind = "wasm"' }),
    },
    `${print} print(require('a'))`,
  )
  t.match(said, '"kind":"wasm"')
})

t.test('a cache that is emptied, and modules that are not read from their files', async (t) => {
  const packages = pack('a', {
    'index.js': "require('./filler'); exports.count = require('./count')",
    'count.js': 'module.exports = globalThis.count = (globalThis.count ?? 0) + 1',
  })
  const handler = `${print} print(require('a'), require('a'))
    for (const id of Object.keys(require.cache)) delete require.cache[id]
    print(require('a'))`
  t.equal(await sameBothWays(t, packages, handler), '[{"count":1},{"count":1}]\n[{"count":2}]')

  const bundled = bundlePackages(entriesOf(packages), ['a'], image)
  const root = t.testdir()
  await writeTree(root, bundled, "console.log(require('a').count)")
  await writeFile(join(root, 'var/task/node_modules/a/count.js'), 'module.exports = "of the file"')
  const run = async (...more: string[]) =>
    (await execa('node', [...switches, ...more, join(root, 'var/task/handler.cjs')])).stdout
  t.equal(await run(), '1')
  t.equal(await run('--conditions=other'), 'of the file')
})

t.test('entries that stay as they are', async (t) => {
  const alone = pack('a', { 'index.js': `${filler}${filler} exports.a = 1` })
  await sameBothWays(t, alone, "console.log(require('a'))", { stubs: 0 })
  const module = pack('a', { 'index.js': 'export const a = 1' }, { type: 'module' })
  await sameBothWays(t, module, "import('a').then(console.log)", { stubs: 0 })
  const program = pack('a', { 'index.js': "#!/usr/bin/env node\nexports.a = require('./filler')" })
  await sameBothWays(t, program, "console.log(require('a'))", { stubs: 0 })
  t.strictSame(bundlePackages(entriesOf(alone), ['a'], image), entriesOf(alone))
})

t.test('only what the setting names; the same bytes each time', async (t) => {
  const packages = {
    ...pack('a', { 'index.js': "require('./filler')" }),
    ...pack('b', { 'index.js': "require('./filler')" }),
  }
  const entries = entriesOf(packages)
  const only = (names: readonly string[]) => ({
    ...image,
    settings: { ...image.settings, bundlePackages: names },
  })
  const text = (one: LayerEntry | undefined): string =>
    one?.source.kind === 'bytes' ? Buffer.from(one.source.bytes).toString() : ''
  const made = bundlePackages(entries, ['b', 'a'], only(['b']))
  t.match(
    text(made.find(({ path }) => path.endsWith('/b/index.js'))),
    /^return require\("\.\.\/\.bundle\/load\.cjs"\)\(module,"b\/index\.js"\);require/,
  )
  t.notMatch(text(made.find(({ path }) => path.endsWith('/a/index.js'))), /load\.cjs/)
  t.strictSame(
    bundlePackages(entries.toReversed(), ['a', 'b'], only(['b']))
      .toReversed()
      .slice(2),
    made.slice(0, -2),
  )
  t.strictSame(bundlePackages(entries, ['a', 'b'], only(['b'])), made)
})
