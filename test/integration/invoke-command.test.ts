/** `arc-images invoke` as its users call it, on a base image with AWS's own runtime client. */
import { execa } from 'execa'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'

import { recordOf, textOf } from '../../plugin/core/basics/is-record.ts'
import { removeFolder } from '../../plugin/effects/cache/remove-folder.ts'
import { namespaceRunner } from '../../plugin/effects/runners/namespace-runner.ts'
import { printedBlock } from '../stand-in/assertions/printed-block.ts'
import { copyFixture } from '../stand-in/harness/arc.ts'
import { networkEnvironment } from '../stand-in/harness/network-environment.ts'
import { plainNode } from '../stand-in/harness/plain-node.ts'
import { startRegistry } from '../stand-in/registry/index.ts'
import { baseImageTools, pushBaseImage } from './toolchain/base-image.ts'
import { skipWithout } from './toolchain/missing-tools.ts'

t.setTimeout(300_000)

const cache = await mkdtemp(join(tmpdir(), 'invoke-'))
const missing = await skipWithout('unshare', 'skopeo', ...baseImageTools)
const found = missing === false ? await namespaceRunner(cache) : { unable: missing }
const reason = missing || ('unable' in found && found.unable) || false
if (reason !== false) {
  t.pass('skipped', { skip: reason })
  process.exit()
}

const registry = await startRegistry({ lambdaRules: false })
await pushBaseImage({ host: registry.host }, { tag: '24' })
const app = await copyFixture(join(import.meta.dirname, '../fixtures/apps/greeter'))
const at = (path: string) => join(app.directory, path)
await writeFile(
  at('src/http/get-greet-000name/index.mjs'),
  `import tiny from 'tiny'

export async function handler({ pathParameters, rawQueryString }) {
  console.log('greeting', pathParameters.name)
  if (rawQueryString === 'fail') throw new RangeError('asked to fail')
  return {
    statusCode: 200,
    headers: { 'content-type': 'text/plain' },
    body: [process.env.GREETING, tiny(pathParameters.name), process.env.OWN].join(' ').trim(),
  }
}
`,
)
await writeFile(
  at('src/scheduled/nightly/index.mjs'),
  'export const handler = async (event) => ({ source: event.source, own: event.own })\n',
)
t.teardown(async () => {
  await Promise.all([registry.close(), app.remove(), removeFolder(cache)])
})

const notRoot = process.getuid?.() === 0 ? false : 'needs root, to give up its rights'
const program = at('plugin/cli.ts')

/** As in a terminal: both streams in one. */
async function invoke(args: readonly string[], input = '', within: readonly string[] = []) {
  const [own, given] = plainNode(program, 'invoke', ...args)
  const [command = own, ...argv] = [...within, own, ...given]
  const { exitCode, all, stdout, stderr } = await execa(command, argv, {
    cwd: app.directory,
    env: {
      ...networkEnvironment(),
      PATH: process.env['PATH'] ?? '',
      HOME: cache,
      GREETING: 'Hello',
      ARC_CONTAINER_IMAGES_CACHE: cache,
      ARC_CONTAINER_IMAGES_REGISTRIES: `public.ecr.aws=http://${registry.host}`,
    },
    extendEnv: false,
    reject: false,
    all: true,
    input,
    timeout: 120_000,
  })
  return { exitCode, all, stdout, stderr }
}

/** What differs from run to run and machine to machine. */
function settled(text: string): string {
  return text
    .replaceAll(
      /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
      '3f1c5a0e-4d1b-4c55-9a53-0d3c2a7e9b10',
    )
    .replaceAll(/(small-arm64-)[0-9a-f]{32}/g, '$14d0c5a9f2b6e41d7a3c8f05b9e1d2c47')
    .replace(', emulated: slower than Lambda', '')
    .replace(/(?<=^)\d{4}-\S+Z/gm, '2026-01-01T00:00:00.000Z')
    .replace(/(?<=[^ ] {2}Duration: )[\d.]+/, '2.41')
    .replace(/(?<=Init Duration: )[\d.]+/, '148.06')
    .replace(/(?<=Max Memory Used: )\d+/, '52')
    .replaceAll('\t', '  ')
}

t.test('a function under @http, by its path', async (t) => {
  const first = await invoke(['get /greet/:name', '--path', '/greet/Ada'])
  t.equal(first.exitCode, 0, first.all)
  const second = await invoke(['get', '/greet/:name', '--path', '/greet/Ada'])
  t.equal(second.stdout, 'HTTP 200 OK\ncontent-type: text/plain\n\nHello ADA')
  const call = "arc-images invoke 'get /greet/:name' --path /greet/Ada"
  t.equal(printedBlock(call, settled(second.all)), settled(second.all))
})

t.test('an error ends with 1, and its stack is told', async (t) => {
  const failed = await invoke(['get /greet/:name', '--path', '/greet/Ada?fail'])
  t.equal(failed.exitCode, 1)
  t.equal(failed.stdout, '')
  t.match(failed.stderr, /^RangeError: asked to fail\n +at .*\/var\/task\/http\/get-greet-000name/m)
  t.match(failed.stderr, /^REPORT RequestId: /m)
})

t.test("events of one's own", async (t) => {
  const sample = await invoke(['scheduled nightly'])
  t.equal(sample.stdout, '{"source":"aws.events"}')
  const literal = await invoke(['scheduled nightly', '--event', '{"own":1}'])
  t.equal(literal.stdout, '{"own":1}')
  const piped = await invoke(['scheduled nightly', '--event', '-'], '{"own":2}')
  t.equal(piped.stdout, '{"own":2}')
  await writeFile(at('event.json'), '{"own":3}')
  const file = await invoke(['scheduled nightly', '-e', 'event.json'])
  t.equal(file.stdout, '{"own":3}')
})

t.test("variables of one's own, and JSON for programs", async (t) => {
  await writeFile(at('own.env'), 'OWN="a b"\nARC_ROLE=mine\n')
  const run = await invoke(['get /greet/:name', '--env', 'own.env', '--json'])
  t.equal(run.stderr, '')
  t.match(JSON.parse(run.stdout), {
    function: 'get /greet/:name',
    image: /^small-arm64-/,
    isImage: true,
    by: 'namespaces',
    streamed: false,
    payload: { statusCode: 200, body: 'Hello NAME a b' },
    logs: /greeting name/,
    unknown: [],
  })
})

t.test('where neither namespaces nor Docker are to be had', { skip: notRoot }, async (t) => {
  // As root of a container that may do nothing.
  const bare = ['setpriv', '--bounding-set=-all', '--', 'env', 'DOCKER_HOST=unix:///nowhere']
  const call = ['get /greet/:name', '--path', '/greet/Ada']
  const first = await invoke(call, '', bare)
  t.equal(first.exitCode, 0, first.all)
  const second = await invoke(call, '', bare)
  t.match(
    second.stderr,
    /^Not the image: .*; Docker does not answer\. 'get \/greet\/:name' runs on this machine's Node v\d+\S*, with the packages of 'small' for this platform\.\n/,
  )
  t.equal(second.stdout, 'HTTP 200 OK\ncontent-type: text/plain\n\nHello ADA')
  t.match(second.stderr, /\tINFO\tgreeting Ada\nREPORT RequestId: /)
  t.notMatch(second.stderr, /Installing/, 'its packages are there')

  const failed = await invoke(['get /greet/:name', '--path', '/greet/Ada?fail'], '', bare)
  t.equal(failed.exitCode, 1)
  t.match(failed.stderr, /^RangeError: asked to fail\n/m)
  const { stdout } = await invoke(['scheduled nightly', '--json'], '', bare)
  t.match(JSON.parse(stdout), {
    isImage: false,
    by: 'node',
    emulated: false,
    instead: /Docker does not answer/,
    payload: { source: 'aws.events' },
  })
})

t.test('a debugger is waited for', async (t) => {
  const port = await freePort()
  const running = invoke(['scheduled nightly', `--inspect=${port}`])
  await letGo(port)
  const { exitCode, stdout, all } = await running
  t.equal(exitCode, 0, all)
  t.equal(stdout, '{"source":"aws.events"}')
  t.match(all, new RegExp(`^Debugger listening on ws://127.0.0.1:${port}/`, 'm'))
})

const mistakes: Readonly<Record<string, readonly [args: readonly string[], says: RegExp]>> = {
  'no name': [[], /Name a function. The app declares get \//],
  'a wrong name': [['get /gret/:name'], /Did you mean 'get \/greet\/:name'\?/],
  'a function in no image': [
    ['get /'],
    /'get \/' is in no image: no line of @container-images names it. Write 'get \/ IMAGE' there/,
  ],
  'no JSON': [
    ['scheduled nightly', '-e', '{"a":}'],
    /--event is no JSON: unexpected '}' at line 1/,
  ],
  'no file': [['scheduled nightly', '-e', 'nothing.json'], /--event: ENOENT/],
  'a request for a schedule': [
    ['scheduled nightly', '--path', '/x'],
    /takes --path for a request, and 'scheduled nightly' gets none/,
  ],
  'an event and a request': [
    ['get /greet/:name', '-e', '{}', '-d', 'x'],
    /takes --data for a sample, and --event is the whole event/,
  ],
  'no port': [['scheduled nightly', '--inspect=x'], /--inspect takes a port, not 'x'/],
  'a path of another route': [['get /greet/:name', '--path', '/x'], /is not a path of the route/],
}

for (const [name, [args, says]] of Object.entries(mistakes)) {
  t.test(`misunderstood: ${name}`, async (t) => {
    const run = await invoke(args)
    t.equal(run.exitCode, 2)
    t.match(run.stderr, says)
    t.equal(run.stdout, '')
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

/** As a debugger that only lets the program run. */
async function letGo(port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => undefined)
    const targets: unknown = await answer?.json()
    const [target]: readonly unknown[] = Array.isArray(targets) ? targets : []
    const listed = textOf(recordOf(target)['webSocketDebuggerUrl'])
    if (listed !== undefined) {
      const socket = new WebSocket(listed)
      await once(socket, 'open')
      socket.send('{"id":1,"method":"Runtime.runIfWaitingForDebugger"}')
      await once(socket, 'message')
      socket.close()
      return
    }
    await sleep(200)
  }
  throw new Error(`nobody listens on port ${port}`)
}
