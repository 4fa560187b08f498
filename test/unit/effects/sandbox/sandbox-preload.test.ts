import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { execa } from 'execa'
import t from 'tap'

import { preloadOption } from '../../../../plugin/effects/sandbox/sandbox-environment.ts'

const work = await realpath(await mkdtemp(join(tmpdir(), 'sandbox preload ')))
t.teardown(() => rm(work, { recursive: true, force: true }))

const image = join(work, 'image')
const source = join(work, 'app/src/http/get-index')
const table = join(work, 'table.json')

async function write(path: string, content: string | object): Promise<void> {
  const file = join(work, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
}

async function publish(folder: string, name: string, code: string, more = {}): Promise<void> {
  await write(`${folder}/node_modules/${name}/package.json`, { name, main: 'index.js', ...more })
  await write(`${folder}/node_modules/${name}/index.js`, code)
}

/** What a module of the function prints as JSON. */
async function run(code: string, options: { name?: string; task?: string } = {}): Promise<unknown> {
  const name = options.name ?? 'index.js'
  await write(`app/src/http/get-index/${name}`, code)
  const { stdout } = await execa(process.execPath, [join(source, name)], {
    env: {
      NODE_OPTIONS: preloadOption,
      LAMBDA_TASK_ROOT: options.task ?? source,
      ARC_CONTAINER_IMAGES_SANDBOX: table,
    },
    extendEnv: false,
  })
  const said: unknown = JSON.parse(stdout)
  return said
}

const names = ['tiny', '@scope/part', 'gone', 'nowhere', 'closed', 'events', 'nested', 'local']
await write('table.json', { [source]: [{ directory: image, names }] })
await write('image/package.json', {})
await publish('image', 'tiny', `module.exports = 'image'`)
await write('image/node_modules/tiny/sub.js', `module.exports = 'image/sub'`)
await publish('image', '@scope/part', `module.exports = 'part of ' + require('tiny')`)
await publish('image', 'closed', '', { exports: { './open': './index.js' } })
await publish('image', 'events', `module.exports = 'not of Node'`)
await publish('image', 'nested', `module.exports = require('tiny')`)
await publish('image/node_modules/nested', 'tiny', `module.exports = 'its own'`)
await write('image/local/index.js', `module.exports = require('tiny')`)
await publish('image/local', 'tiny', `module.exports = 'its own'`)
await symlink('../local', join(image, 'node_modules/local'))
await publish('app', 'tiny', `module.exports = 'app'`)
await publish('app', 'gone', `module.exports = 'app'`)
await publish('app', 'closed', `module.exports = 'app'`)
await publish('app', 'helper', `module.exports = require('tiny')`)

const print = (list: string): string => `console.log(JSON.stringify([${list}]))`

t.test('CommonJS asks the image first', async (t) => {
  const code = print(`require('tiny'), require('tiny/sub.js'), require('@scope/part'),
    require.resolve('tiny'), require('tiny') === createRequire(__filename)('tiny')`)
  t.strictSame(await run(`const { createRequire } = require('node:module'); ${code}`), [
    'image',
    'image/sub',
    'part of image',
    join(image, 'node_modules/tiny/index.js'),
    true,
  ])
})

t.test('ES modules do, dynamic ones too', async (t) => {
  const code = `import tiny from 'tiny'; import part from '@scope/part'
    ${print(`tiny, part, (await import('tiny/sub.js')).default, import.meta.resolve('tiny')`)}`
  const [tiny, part, sub, url] = Object(await run(code, { name: 'index.mjs' }))
  t.strictSame([tiny, part, sub], ['image', 'part of image', 'image/sub'])
  t.match(url, /image\/node_modules\/tiny\/index\.js$/)
})

t.test('so do packages of the app, which the bundle leaves no choice either', async (t) => {
  t.strictSame(await run(print(`require('helper')`)), ['image'])
})

t.test('what the image nests stays nested, and Node keeps its own', async (t) => {
  t.strictSame(await run(print(`require('nested'), require('local'), typeof require('events')`)), [
    'its own',
    'its own',
    'function',
  ])
})

t.test('what the image lacks here is looked for in the app', async (t) => {
  const code = print(
    `require('gone'), (() => { try { require('nowhere') } catch (e) { return e.code } })()`,
  )
  t.strictSame(await run(code), ['app', 'MODULE_NOT_FOUND'])
})

t.test('what a package does not export is not taken from elsewhere', async (t) => {
  const code = `try { require('closed'); console.log('[]') } catch ({ code }) { ${print('code')} }`
  t.strictSame(await run(code), ['ERR_PACKAGE_PATH_NOT_EXPORTED'])
})

t.test('threads and programs of the function find the same', async (t) => {
  const asked = `require('node:worker_threads').parentPort.postMessage(require('tiny'))`
  await write('app/src/http/get-index/worker.js', asked)
  const code = `const { Worker } = require('node:worker_threads')
    const { execFileSync } = require('node:child_process')
    const child = execFileSync(process.execPath, ['-p', "require('tiny')"], { cwd: __dirname })
    new Worker(__dirname + '/worker.js').on('message', (tiny) => ${print('tiny, `${child}`.trim()')})`
  t.strictSame(await run(code), ['image', 'image'])
})

t.test('what was loaded from the image is not listed as an install to make', async (t) => {
  const code = `require('tiny'); ${print(`Object.keys(require.cache).some((file) => file.includes('tiny'))`)}`
  t.strictSame(await run(code), [false])
})

t.test('other functions and other tables change nothing', async (t) => {
  t.strictSame(await run(print(`require('tiny')`), { task: join(work, 'app/other') }), ['app'])
  for (const damaged of ['', '{"']) {
    await write('table.json', damaged)
    t.strictSame(await run(print(`require('tiny')`)), ['app'], damaged)
  }
  await rm(table)
  t.strictSame(await run(print(`require('tiny')`)), ['app'])
})
