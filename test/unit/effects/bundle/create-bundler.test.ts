import { cp, mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import type { ImageSettings, PlannedImage } from '../../../../plugin/core/model.ts'
import {
  createBundler,
  type BundlerOptions,
} from '../../../../plugin/effects/bundle/create-bundler.ts'
import type { Bundle } from '../../../../plugin/ports/bundle.ts'
import { planOf } from '../../../fixtures/corpus.ts'

type Files = Parameters<Test['testdir']>[0] & object

interface Given {
  readonly files: Files
  readonly handler?: string
  readonly settings?: Partial<ImageSettings>
  readonly template?: Readonly<Record<string, unknown>>
  readonly options?: Partial<BundlerOptions>
}

const entry = 'http/get-index/index.mjs'

/** An app outside of this repository, so that nothing of it is found by accident. */
async function appOf(t: Test, files: Files): Promise<string> {
  const app = await realpath(await mkdtemp(join(tmpdir(), 'bundler-')))
  t.teardown(() => rm(app, { recursive: true, force: true }))
  await cp(t.testdir(files), app, { recursive: true })
  return app
}

async function bundle(t: Test, given: Given): Promise<{ bundle: Bundle; image: PlannedImage }> {
  const app = await appOf(t, given.files)
  const image = planOf(app, { entry, ...given })
  const bundler = createBundler({ appDirectory: app, shell: {}, ...given.options })
  return { bundle: await bundler.bundle(image), image }
}

/** `src/http/get-index/index.mjs` with this text, and other files of the app. */
function withHandler(text: string, others: Files = {}): Files {
  return { src: { http: { 'get-index': { 'index.mjs': text } } }, ...others }
}

function textOf(made: Bundle, path = 'var/task/http/get-index/index.cjs'): string {
  const source = made.files.find((file) => file.path === path)?.source
  return source?.kind === 'bytes' ? Buffer.from(source.bytes).toString() : ''
}

const handler = 'export const handler = async () => 1\n'

t.test('a known text gives known bytes', async (t) => {
  const { bundle: made } = await bundle(t, { files: withHandler(handler) })
  t.strictSame(
    made.files.map(({ path, executable }) => ({ path, executable })),
    [{ path: 'var/task/http/get-index/index.cjs', executable: false }],
  )
  t.match(
    textOf(made),
    /module\.exports=__toCommonJS\(.*var handler=async\(\)=>1;0&&\(module\.exports=\{handler\}\);\n$/s,
  )
  t.strictSame(made.notes, [])
})

t.test('the same app gives the same bytes in another place, hydrated or not', async (t) => {
  const dependency = {
    'package.json': '{"name":"dep"}',
    'index.js': 'exports.x = require("./part")',
    'part.js': 'exports.y = __filename',
  }
  const text = `import { x } from 'dep'\nexport const handler = async () => [x, import.meta.url]\n`
  const atRoot = withHandler(text, { node_modules: { dep: dependency } })
  const hydrated = {
    src: { http: { 'get-index': { 'index.mjs': text, node_modules: { dep: dependency } } } },
  }
  const first = await bundle(t, { files: atRoot })
  const second = await bundle(t, { files: atRoot })
  const third = await bundle(t, { files: hydrated })
  t.equal(second.bundle.digest, first.bundle.digest)
  t.equal(textOf(third.bundle), textOf(first.bundle))
  t.notMatch(textOf(first.bundle), tmpdir())
})

t.test('an app behind a symbolic link gives the same bytes', async (t) => {
  const app = await appOf(t, withHandler('import "./part.cjs"\n' + handler))
  await cp(app, `${app}-real`, { recursive: true })
  await cp(join(app, 'src/http/get-index/index.mjs'), join(app, 'src/http/get-index/part.cjs'))
  const link = `${app}-link`
  await symlink(app, link)
  t.teardown(() => Promise.all([`${app}-real`, link].map((path) => rm(path, { recursive: true }))))
  const made = await Promise.all(
    [app, link].map((each) =>
      createBundler({ appDirectory: each, shell: {} }).bundle(planOf(each, { entry })),
    ),
  )
  t.equal(made[0]?.digest, made[1]?.digest)
})

t.test('packages of the image and the AWS SDK stay out', async (t) => {
  const { bundle: made } = await bundle(t, {
    files: withHandler(
      `import sharp from 'sharp'
      import { S3Client } from '@aws-sdk/client-s3'
      import extra from 'extra/sub'
      import inside from 'inside'
      import theirs from 'theirs'
      export const handler = async () => [sharp, S3Client, extra, inside, theirs]`,
      {
        docker: { corpus: { 'package.json': '{"dependencies":{"sharp":"1"}}' } },
        node_modules: { inside: { 'index.js': 'module.exports = "bundled"' } },
      },
    ),
    settings: { external: ['extra'] },
    options: { esbuildConfig: { external: ['theirs'] } },
  })
  for (const kept of ['@aws-sdk/client-s3', 'extra/sub', 'sharp', 'theirs'])
    t.match(textOf(made), `require("${kept}")`)
  t.match(textOf(made), '"bundled"')
  t.strictSame(made.notes, [], 'the walk of what is shipped finds what is missing')
})

t.test('what code can do without is no external', async (t) => {
  const { bundle: made } = await bundle(t, {
    files: withHandler(`import './part.cjs'\n${handler}`),
    options: {},
  }).catch((error: unknown) => {
    t.match(error, { code: 'BUNDLE_FAILED' })
    return { bundle: undefined }
  })
  t.equal(made, undefined)
  const files = withHandler(`import './part.cjs'\n${handler}`)
  Object.assign(Object(files)['src'].http['get-index'], {
    'part.cjs':
      'try { require("not-there") } catch {}\ntry { require.resolve("nor-this") } catch {}',
  })
  t.strictSame((await bundle(t, { files })).bundle.notes, [])
})

t.test('an external that only exists as an ES module', async (t) => {
  const packages = {
    docker: {
      corpus: {
        'package.json': '{"dependencies":{"only-esm":"1"}}',
        node_modules: {
          'only-esm': { 'package.json': '{"type":"module","exports":"./i.js"}', 'i.js': '' },
        },
      },
    },
  }
  const required = withHandler(
    `import x from 'only-esm'\nexport const handler = async () => x`,
    packages,
  )
  await t.rejects(bundle(t, { files: required }), {
    code: 'EXTERNAL_ESM_ONLY',
    message: /^Image 'corpus' keeps 'only-esm' out of the bundle/,
  })
  const imported = withHandler(`export const handler = () => import('only-esm')`, packages)
  const { bundle: made } = await bundle(t, { files: imported })
  t.match(textOf(made), 'import("only-esm")')
})

t.test('faults in the code come with esbuild frames and a hint', async (t) => {
  const cases: [name: string, text: string, told: RegExp][] = [
    [
      'syntax',
      'export const handler = (',
      /Unexpected end of file[^]*src\/http\/get-index\/index\.mjs:1:24/,
    ],
    [
      'not installed',
      'import "nowhere"\n' + handler,
      /Could not resolve "nowhere"[^]*Install nowhere for the function \('npm install' in the app\), which puts it into the bundle; or into the image: npx --no -- arc-images init FUNCTION corpus nowhere$/,
    ],
    [
      'a path',
      'import "./gone.js"\n' + handler,
      /Could not resolve "\.\/gone\.js"[^]*A path is looked for from the file that names it: correct it, or write the file\.$/,
    ],
    ['top-level await', 'await 1\n' + handler, /top-level await[^]*move it into the handler/i],
    ['two at once', 'import "one"\nimport "two"\n' + handler, /"one"[^]*"two"/],
  ]
  for (const [name, text, message] of cases) {
    await t.rejects(
      bundle(t, { files: withHandler(text) }),
      { code: 'BUNDLE_FAILED', message },
      name,
    )
  }
  const missing = bundle(t, { files: withHandler(`import "nowhere/sub"\n${handler}`) })
  const told = await missing.catch((error: unknown) => String(error))
  t.match(told, 'init FUNCTION corpus nowhere')
  t.notMatch(told, /external|try\/catch/, "esbuild's own advice would leave it out of the image")
  const native = withHandler(`import 'native'\n${handler}`, {
    node_modules: { native: { 'index.js': "require('./a.node')", 'a.node': '' } },
  })
  await t.rejects(bundle(t, { files: native }), { message: /native file belongs into/ })
})

t.test('a handler that is not there', async (t) => {
  const cases: [name: string, text: string, told: RegExp][] = [
    [
      'another name',
      'export const handle = 1',
      /index\.mjs exports 'handle', and Lambda calls 'handler'\. Did you mean 'handle'\?/,
    ],
    ['nothing', 'console.log(1)', /exports nothing, and Lambda calls 'handler'/],
    [
      'a default export',
      'export default { handler() {} }',
      /exports 'default'.*Write 'export const handler/,
    ],
    [
      'not loadable and not there',
      'throw new Error("early"); export const other = 1',
      /exports 'other'/,
    ],
  ]
  for (const [name, text, message] of cases) {
    await t.rejects(
      bundle(t, { files: withHandler(text) }),
      { code: 'HANDLER_MISSING', message },
      name,
    )
  }
})

t.test('a nested handler is loaded to be seen', async (t) => {
  const files = withHandler('export const api = { handler: async () => 1, other: 1 }')
  t.strictSame((await bundle(t, { files, handler: 'api.handler' })).bundle.notes, [])
  const cases: [handler: string, told: RegExp][] = [
    ['api.other', /exports 'api\.other' as number, not as a function/],
    ['api.none', /exports 'api', and Lambda calls 'api\.none'/],
  ]
  for (const [name, message] of cases) {
    await t.rejects(bundle(t, { files, handler: name }), { code: 'HANDLER_MISSING', message })
  }
})

t.test('a handler with a callback, where the client refuses it', async (t) => {
  const files = withHandler('export const handler = (event, context, done) => done(null, 1)')
  const seen = "'handler' of src/http/get-index/index.mjs has three parameters"
  await t.rejects(bundle(t, { files }), { code: 'HANDLER_CALLBACK', message: `\n- ${seen}\n` })
  const app = await appOf(t, files)
  const image = planOf(app, { entry })
  const notesOf = async (change: Partial<PlannedImage>) => {
    const bundler = createBundler({ appDirectory: app, shell: {} })
    return (await bundler.bundle({ ...image, ...change })).notes
  }
  const note = `${seen}: Lambda's client for Node 24 refuses it, if the base has that one.`
  t.strictSame(await notesOf({ nodeVersion: 22 }), [])
  t.strictSame(await notesOf({ base: 'public.ecr.aws/lambda/nodejs:22' }), [note])
  t.strictSame(await notesOf({ base: 'registry.example/own:24' }), [note])
})

t.test('a handler that cannot be seen is said', async (t) => {
  const files = withHandler(`export * from 'sharp'`, {
    docker: { corpus: { 'package.json': '{"dependencies":{"sharp":"1"}}' } },
  })
  const { bundle: made } = await bundle(t, { files })
  t.strictSame(made.notes, [
    "Could not see whether src/http/get-index/index.mjs exports 'handler'.",
  ])
})

t.test('define', async (t) => {
  const files = withHandler(`const { A } = process.env
    export const handler = async () => [A, process.env.A, process.env['A'], import.meta.env.A]`)
  const { bundle: made } = await bundle(t, {
    files,
    settings: { define: ['A'] },
    template: { A: 'x' },
  })
  const [prelude] = textOf(made).split('\n')
  t.equal(
    prelude,
    'require("node:worker_threads").isMainThread&&process.chdir(__dirname);process.env["A"]??="x";',
  )
  t.match(textOf(made), '[A,"x","x","x"]')

  await t.rejects(
    bundle(t, { files, settings: { define: ['A', 'B'] }, template: { A: { Ref: 'T' } } }),
    {
      code: 'DEFINE_VALUE_MISSING',
      message: /'A' is Ref in the template[^]*'B' has no value.*\(http get-index\)/,
    },
  )
})

t.test('a secret is said to be readable, and is in no message', async (t) => {
  const secret = 'a-very-secret-value'
  const given = {
    files: withHandler(
      `process.env.KEY = 1; throw new Error(process.env.KEY); export const no = 1`,
    ),
    settings: { defineSecret: ['KEY'] },
    options: { shell: { KEY: secret } },
  }
  const error: unknown = await bundle(t, given).catch((thrown: unknown) => thrown)
  t.match(error, { code: 'HANDLER_MISSING' })
  t.notMatch(String(Object(error).message), secret)
  const { bundle: made } = await bundle(t, { ...given, files: withHandler(handler) })
  t.strictSame(made.notes, ['define-secret KEY: whoever can pull the image can read its value.'])
})

t.test('functions with other values get runs of their own', async (t) => {
  const app = await appOf(t, withHandler('export const handler = async () => process.env.A'))
  const image = planOf(app, { entry, settings: { define: ['A'] }, template: { A: 'one' } })
  const [first] = image.functions
  if (first === undefined) throw new Error('no function')
  const second = { ...first, folder: 'http/get-other', environment: { A: 'two' } }
  const both = { ...image, functions: [first, second] }
  const made = await createBundler({ appDirectory: app, shell: {} }).bundle(both)
  t.match(textOf(made), '"one"')
  t.match(textOf(made, 'var/task/http/get-other/index.cjs'), '"two"')
})

t.test('the static manifest comes along for code that reads it, and only then', async (t) => {
  const staticManifest = async () => Buffer.from('{}')
  const path = 'var/task/http/get-index/node_modules/@architect/shared/static.json'
  const made = async (text: string) =>
    (await bundle(t, { files: withHandler(text), options: { staticManifest } })).bundle.files.some(
      (file) => file.path === path,
    )
  t.equal(await made(handler), false)
  t.equal(await made('export const handler = async () => "static.json"'), true)
})

t.test('shared code is resolved as the package that Architect makes of it', async (t) => {
  const module = (text: string) => `module.exports = ${JSON.stringify(text)}`
  const shared = {
    'index.js': module('index'),
    'main.js': module('main'),
    lib: { 'a.js': module('a') },
  }
  const text = (path: string) => `import x from '${path}'\nexport const handler = async () => x`
  const told = async (path: string, manifest?: object, imported?: Files): Promise<string> => {
    const app = await appOf(t, {
      src: {
        http: { 'get-index': { 'index.mjs': text(path), ...imported } },
        shared: { ...shared, ...(manifest && { 'package.json': JSON.stringify(manifest) }) },
      },
    })
    const folders = { shared: join(app, 'src/shared') }
    const bundler = createBundler({ appDirectory: app, shell: {}, folders })
    return textOf(await bundler.bundle(planOf(app, { entry })))
  }
  t.match(await told('@architect/shared'), '"index"')
  t.match(await told('@architect/shared/lib/a'), '"a"')
  t.match(await told('@architect/shared', { main: 'main.js' }), '"main"')
  const exports = { './short': './lib/a.js' }
  t.match(await told('@architect/shared/short', { name: '@architect/shared', exports }), '"a"')
  const copy = { '@architect': { shared: { 'index.js': module('an old copy') } } }
  t.match(await told('@architect/shared', undefined, { node_modules: copy }), '"index"')
  await t.rejects(told('@architect/shared/nowhere'), { code: 'BUNDLE_FAILED' })
  await t.rejects(told('@architect/views'), { code: 'BUNDLE_FAILED' })
})

t.test('shared code that `paths` lead to is compiled as tsconfig.json says', async (t) => {
  const entity =
    'function field(target: object, name: string) { console.log(target, name) }\n' +
    'export class Entity { @field id = 1 }'
  const lines = ['shared', 'views'].map((name) => `import '@architect/${name}/entity'\n`)
  const told = async (paths: Readonly<Record<string, readonly string[]>>): Promise<string> => {
    const compilerOptions = { experimentalDecorators: true, paths }
    const app = await appOf(t, {
      'tsconfig.json': JSON.stringify({ compilerOptions }),
      src: {
        http: { 'get-index': { 'index.ts': lines.join('') + handler } },
        shared: { 'entity.ts': entity },
        views: { 'entity.ts': 'console.log("a view")' },
        other: { 'entity.ts': 'console.log("not shared")' },
      },
    })
    const folders = { shared: join(app, 'src/shared'), views: join(app, 'src/views') }
    const bundler = createBundler({ appDirectory: app, shell: {}, folders })
    return textOf(await bundler.bundle(planOf(app, { entry: 'http/get-index/index.ts' })))
  }
  const called = '[field],Entity.prototype,"id"'
  const text = await told({ '@architect/shared/*': ['./src/shared/*'] })
  t.match(text, called, 'called with the class and a name')
  t.match(text, 'a view', 'beside what no path leads to')
  const elsewhere = await told({ '@architect/shared/*': ['./src/other/*'] })
  t.match(elsewhere, 'Entity', 'what Architect would copy is what counts')
})

t.test('views in JSX that `paths` of an extended tsconfig.json lead to', async (t) => {
  const told = async (end: string, tsconfig: object): Promise<string> => {
    const app = await appOf(t, {
      'tsconfig.base.json': JSON.stringify(tsconfig),
      'tsconfig.json': '{"extends":"./tsconfig.base.json"}',
      src: {
        http: { 'get-index': { [`index.${end}`]: `import '@architect/shared/tools'\n${handler}` } },
        shared: { 'tools.ts': "import '@architect/views/page'" },
        views: { 'page.tsx': 'const h = (name: string) => name; console.log(<b />)' },
      },
    })
    const folders = { shared: join(app, 'src/shared'), views: join(app, 'src/views') }
    const bundler = createBundler({ appDirectory: app, shell: {}, folders })
    return textOf(await bundler.bundle(planOf(app, { entry: `http/get-index/index.${end}` })))
  }
  const jsx = { jsx: 'react', jsxFactory: 'h' }
  const paths = { '@architect/*': ['./src/*'] }
  t.match(await told('ts', { compilerOptions: { ...jsx, paths } }), 'console.log(h("b"')
  t.match(await told('mts', { compilerOptions: { ...jsx, paths, baseUrl: '.' } }), 'h("b"')
  // Found as Architect copies it, with or without `paths` of its own.
  t.match(await told('mjs', { compilerOptions: { ...jsx, paths } }), '"b"')
  t.match(await told('ts', { compilerOptions: {} }), '"b"')
})

t.test(
  'what autoinstall left in a function is no input, what its own manifest names is',
  async (t) => {
    const version = (text: string) => ({ 'index.js': `module.exports = "${text}"` })
    const told = async (own: Files, atRoot: Files): Promise<string> => {
      const text = `import x from 'dep'\nexport const handler = async () => x`
      const app = await appOf(t, {
        node_modules: atRoot,
        src: { http: { 'get-index': { 'index.mjs': text, ...own } } },
      })
      const bundler = createBundler({ appDirectory: app, shell: {} })
      return textOf(await bundler.bundle(planOf(app, { entry })))
    }
    const own = { node_modules: { dep: version('own') } }
    const manifest = { 'package.json': '{"dependencies":{"dep":"1"}}' }
    t.match(await told(own, { dep: version('root') }), '"root"')
    t.match(await told({ ...own, ...manifest }, { dep: version('root') }), '"own"')
    t.match(await told(own, {}), '"own"')
  },
)

t.test('shared code finds packages of the function, as its copy would', async (t) => {
  const app = await appOf(t, {
    src: {
      http: {
        'get-index': {
          'index.mjs': `import '@architect/shared'\n${handler}`,
          node_modules: { dep: { 'index.js': 'console.log("of the function")' } },
        },
      },
      shared: { 'index.js': 'require("dep")' },
    },
  })
  const folders = { shared: join(app, 'src/shared') }
  const bundler = createBundler({ appDirectory: app, shell: {}, folders })
  t.match(textOf(await bundler.bundle(planOf(app, { entry }))), '"of the function"')
})

t.test('the user options of esbuild', async (t) => {
  const files = withHandler(
    'import text from "./a.txt"\nexport const handler = async () => [text, FLAG]',
  )
  Object.assign(Object(files)['src'].http['get-index'], { 'a.txt': 'of the file' })
  const { bundle: made } = await bundle(t, {
    files,
    options: {
      esbuildConfig: {
        loader: { '.txt': 'text' },
        define: { FLAG: '"flag"', 'import.meta.url': '"x"' },
        format: 'esm',
        outfile: 'elsewhere.js',
        packages: 'external',
        platform: 'node',
        sourcemap: 'inline',
      },
    },
  })
  t.match(textOf(made), '"of the file"')
  t.match(textOf(made), '"flag"')
  t.strictSame(
    made.files.map(({ path }) => path),
    ['a.txt', 'index.cjs', 'index.cjs.map'].map((name) => `var/task/http/get-index/${name}`),
  )
  t.strictSame(made.notes, [
    'esbuild-config: format is "cjs" in an image, not "esm".',
    'esbuild-config: packages is "bundle" in an image, not "external".',
    'esbuild-config: its define of import.meta.url gives way to the one of the image.',
  ])
})
