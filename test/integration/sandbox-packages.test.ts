import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

import t from 'tap'

import { copyFixture } from '../stand-in/harness/arc.ts'
import { startSandbox } from '../stand-in/harness/sandbox.ts'

const greeter = join(import.meta.dirname, '../fixtures/apps/greeter')
const app = await copyFixture(greeter)
const cache = await mkdtemp(join(tmpdir(), 'arc cache '))
t.teardown(async () => {
  await app.remove()
  await rm(cache, { recursive: true, force: true })
})

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(app.directory, path)), { recursive: true })
  await writeFile(join(app.directory, path), text)
}

const manifest = await readFile(join(app.directory, 'app.arc'), 'utf8')
await write(
  'app.arc',
  manifest
    .replace('@http\n', '@http\nget /classic\nget /plain\nget /broken\nget /typed\n')
    .replace(
      '@container-images\n',
      '@container-images\nget /classic small\nget /broken broken\nget /typed small\n',
    )
    .replace('@plugins\n', '@plugins\narchitect/plugin-typescript\n'),
)
await write(
  'src/http/get-classic/index.js',
  `const tiny = require('tiny')
  exports.handler = async () => ({ statusCode: 200, body: JSON.stringify([
    tiny('Ada'), require.resolve('tiny'), (await import('tiny')).default('Eve'),
    require('./own.js'), process.env.GREETING,
  ]) })`,
)
await write(
  'src/http/get-classic/own.js',
  `module.exports = require('node:module').createRequire(__filename)('tiny/package.json').name`,
)
await write(
  'src/http/get-plain/index.js',
  `exports.handler = async () => {
    try { return { statusCode: 200, body: require('tiny')('Ada') } } catch ({ code }) { return { statusCode: 200, body: code } }
  }`,
)
await write(
  'src/http/get-broken/index.js',
  `exports.handler = async () => ({ statusCode: 200, body: 'works' })`,
)
await write('src/http/get-typed/config.arc', '@aws\nruntime typescript\n')
await write(
  'src/http/get-typed/index.ts',
  `import tiny from 'tiny'
  const name: string = 'Ada'
  interface Event { rawQueryString: string }
  export async function handler({ rawQueryString }: Event) {
    const body = rawQueryString === 'stack' ? new Error().stack : tiny(name)
    return { statusCode: 200, body }
  }`,
)
await write('docker/broken/package.json', '{ "dependencies": { "lost": "file:./lost.tgz" } }')
await write('preferences.arc', '@env\ntesting\n  GREETING Hello\n')

const sandbox = await startSandbox(app.directory, { ARC_CONTAINER_IMAGES_CACHE: cache })
t.teardown(() => sandbox.stop())

async function get(path: string): Promise<string> {
  return (await fetch(`${sandbox.url}${path}`)).text()
}

t.test('an ES module finds the packages of its image, which the app does not have', async (t) => {
  t.equal(await get('/greet/Ada'), 'Hello ADA')
})

t.test('a CommonJS function does, by every way to ask', async (t) => {
  const [required, path, imported, name, greeting] = JSON.parse(await get('/classic'))
  t.equal(required, 'ADA')
  t.equal(imported, 'EVE')
  t.ok(path.startsWith(cache), path)
  t.strictSame([name, greeting], ['tiny', 'Hello'])
})

t.test('a TypeScript function does, also after a change', async (t) => {
  t.equal(await get('/typed'), 'ADA')
  t.match(await get('/typed?stack'), /at .*handler .*get-typed\/index\.ts:5/)
  const source = await readFile(join(app.directory, 'src/http/get-typed/index.ts'), 'utf8')
  await write('src/http/get-typed/index.ts', source.replace('Ada', 'Eve'))
  const deadline = Date.now() + 20_000
  while ((await get('/typed')) !== 'EVE' && Date.now() < deadline) await setTimeout(200)
  t.equal(await get('/typed'), 'EVE')
})

t.test('a function that is not flagged finds none of them', async (t) => {
  t.equal(await get('/plain'), 'MODULE_NOT_FOUND')
})

t.test('an image that cannot be installed ends nothing, and is named', async (t) => {
  t.match(sandbox.output(), /Functions of 'broken' do not find its packages\. DEPENDENCIES_INVALID/)
  t.equal(await get('/broken'), 'works')
})

t.test('what is installed is said once, and nobody is told to install it again', async (t) => {
  t.match(sandbox.output(), 'Packages of small are installed for this machine')
  t.notMatch(sandbox.output(), /Please run|could be inaccessible/)
})

t.test('what keeps functions from their packages is said, with what to do', async (t) => {
  await sandbox.stop()
  await write('preferences.arc', '@env\ntesting\n  NODE_OPTIONS --no-warnings\n')
  const arc = await readFile(join(app.directory, 'app.arc'), 'utf8')
  const compiler = 'architect/plugin-typescript\n'
  const ours = 'container-images\n  src plugin/index.ts\n'
  await write('app.arc', arc.replace(compiler, '').replace(ours, ours + compiler))
  const other = await startSandbox(app.directory, { ARC_CONTAINER_IMAGES_CACHE: cache })
  t.teardown(() => other.stop())
  const answer = await fetch(`${other.url}/classic`)
  t.equal(answer.status, 500)
  t.match(other.output(), /Add this to NODE_OPTIONS there: --import=file:.*sandbox-preload/)
  t.match(other.output(), "write this plugin below 'architect/plugin-typescript'")
  t.notMatch(other.output(), 'are installed for this machine', 'they are in the cache')
})
