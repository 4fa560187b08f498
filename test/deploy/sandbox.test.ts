import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { execa } from 'execa'
import t from 'tap'

import { copyApp } from '../stand-in/inputs/app-copy.ts'
import { plainNode } from '../stand-in/harness/plain-node.ts'
import { startSandbox } from '../stand-in/harness/sandbox.ts'

const app = await copyApp()
const sandbox = await startSandbox(app.directory).catch(async (error: unknown) => {
  await app.remove()
  throw error
})
t.teardown(async () => {
  await sandbox.stop()
  await app.remove()
})

const memory = `${sandbox.url}/api/streams/sandbox/me/open-sesame`

function post(url: string, body: string): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
}

t.test('documents go in as JSON and come out as NDJSON, the nearest first', async (t) => {
  const documents = [
    { id: 'tea', text: 'Ada likes green tea' },
    { id: 'rust', text: 'the compiler is strict' },
  ]
  const remembered = await post(memory, JSON.stringify({ documents }))
  t.equal(remembered.status, 200)
  t.strictSame(await remembered.json(), { remembered: ['tea', 'rust'] })

  const found = await fetch(`${memory}?q=green+tea&limit=2`)
  t.equal(found.status, 200)
  t.equal(found.headers.get('content-type'), 'application/x-ndjson; charset=utf-8')
  const lines = (await found.text()).split('\n')
  t.equal(lines.pop(), '')
  t.match(
    lines.map((line): unknown => JSON.parse(line)),
    [
      { id: 'tea', text: 'Ada likes green tea', score: Number },
      { id: 'rust', text: 'the compiler is strict', score: Number },
    ],
  )
})

t.test('a wrong secret, an unknown agent and a foreign secret are 403', async (t) => {
  for (const path of ['sandbox/me/wrong', 'sandbox/you/open-sesame', 'other/me/open-sesame']) {
    const response = await fetch(`${sandbox.url}/api/streams/${path}?q=tea`)
    t.equal(response.status, 403, path)
    t.match(await response.json(), { error: 'forbidden' })
  }
})

t.test('a secret made by the script opens the memory of its agent only', async (t) => {
  const { stdout: secret } = await execa(
    ...plainNode(join(app.directory, 'src/make-secret.ts'), 'sandbox', 'ada'),
    { env: sandbox.environment },
  )
  t.match(secret, /^[\w-]{43}$/)
  const [own, foreign] = await Promise.all([
    fetch(`${sandbox.url}/api/streams/sandbox/ada/${secret}?q=tea`),
    fetch(`${sandbox.url}/api/streams/sandbox/me/${secret}?q=tea`),
  ])
  t.equal(own.status, 200)
  t.equal(await own.text(), '')
  t.equal(foreign.status, 403)
})

t.test('a bad request is 400 and says why', async (t) => {
  const [body, query, name] = await Promise.all([
    post(memory, '{"documents":'),
    fetch(memory),
    fetch(`${sandbox.url}/api/streams/sand.box/me/open-sesame?q=tea`),
  ])
  t.equal(body.status, 400)
  t.match(await body.json(), { error: 'bad_request', message: /The body must be JSON/ })
  t.equal(query.status, 400)
  t.match(await query.json(), { error: 'bad_request', message: /\?q=words/ })
  t.equal(name.status, 400)
  t.match(await name.json(), { error: 'bad_request', message: /1 to 64/ })
})

t.test('an unknown method is 405 and names those that are known', async (t) => {
  const response = await fetch(memory, { method: 'DELETE' })
  t.equal(response.status, 405)
  t.equal(response.headers.get('allow'), 'GET, POST')
})

t.test('the page is there', async (t) => {
  const response = await fetch(sandbox.url)
  t.equal(response.status, 200)
  t.match(await response.text(), '<title>Agent memory</title>')
})

t.test('the scheduled function compacts what was written', async (t) => {
  const compiled = join(app.directory, '.build/scheduled/compact/index.js')
  const { stdout } = await execa(
    process.execPath,
    [
      '-e',
      `require(process.argv[1]).handler().then((r) => console.log(JSON.stringify(r)))`,
      compiled,
    ],
    { env: { ARC_SANDBOX: JSON.stringify({ cwd: app.directory }) } },
  )
  t.equal(stdout.split('\n').at(-1), '{"compacted":1}')
  t.match(stdout, '"table":"sandbox.me"')
})

t.test('it ends when asked, and leaves its traces in the copy only', async (t) => {
  t.notMatch(sandbox.output(), /esbuild error|\[WARNING\]/)
  t.strictSame(await sandbox.stop(), { exitCode: 0 })
  await t.rejects(fetch(sandbox.url))
  t.ok((await readdir(app.directory)).includes('.agent-memory'))
})
