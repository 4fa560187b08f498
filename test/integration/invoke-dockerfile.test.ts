/** `invoke` on images that Docker's buildx builds and pushes nowhere. */
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import t from 'tap'

import { removeFolder } from '../../plugin/effects/cache/remove-folder.ts'
import { openLocalRepository } from '../../plugin/effects/invoke/local-repository.ts'
import { prepareImage } from '../../plugin/effects/invoke/run-image.ts'
import { createFindRunner } from '../../plugin/effects/runners/find-runner.ts'
import { namespaceRunner } from '../../plugin/effects/runners/namespace-runner.ts'
import { copyFixture } from '../stand-in/harness/arc.ts'
import { networkEnvironment } from '../stand-in/harness/network-environment.ts'
import { plainNode } from '../stand-in/harness/plain-node.ts'
import { baseImageTools, pythonBaseImageTools } from './toolchain/base-image.ts'
import { type Deployed, openDockerfileWorld } from './toolchain/dockerfile-world.ts'
import { dockerTools, registryTools, skipWithout } from './toolchain/missing-tools.ts'

t.setTimeout(600_000)

const cacheDirectory = await mkdtemp(join(tmpdir(), 'invoke-dockerfile-'))
t.teardown(() => removeFolder(cacheDirectory))
const tools = [...dockerTools, ...baseImageTools, ...pythonBaseImageTools, ...registryTools]
const missing = await skipWithout('unshare', ...tools)
const found = missing === false ? await namespaceRunner(cacheDirectory) : { unable: missing }
const skip = missing || ('unable' in found && found.unable) || false

t.test('images of a Dockerfile, pushed nowhere', { skip }, async (t) => {
  const world = await openDockerfileWorld()
  t.teardown(() => world.close())
  const repository = openLocalRepository(cacheDirectory)
  const findRunner = createFindRunner({ cacheDirectory, environment: process.env })
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64'

  async function invoke({ verified }: Deployed, event: unknown) {
    const [lambda] = verified.image.functions
    if (lambda === undefined) throw new TypeError('one function')
    const settings = { stackName: 'S', region: 'us-east-1', variables: {} }
    const options = { repository, findRunner, cacheDirectory, settings }
    const ready = await prepareImage(verified, { ...lambda, timeout: 20 }, options)
    const chunks: Uint8Array[] = []
    let output = ''
    const { error } = await ready.invoke(
      { requestId: randomUUID(), event: JSON.stringify(event) },
      {
        onOutput: (text) => (output += text),
        onAnswer: () => {},
        onChunk: (bytes) => chunks.push(bytes),
      },
    )
    await ready.close()
    if (error !== undefined) t.comment(output)
    return error ?? JSON.parse(Buffer.concat(chunks).toString())
  }

  await t.test('Node, with what a step has made', async (t) => {
    const options = {
      repository,
      architecture,
      app: {
        'docker/img/Dockerfile':
          'FROM public.ecr.aws/lambda/nodejs:24\nRUN echo made >/opt/made\nCOPY --from=functions / ${LAMBDA_TASK_ROOT}/\n',
      },
      code: {
        'http/get-index/index.cjs': `exports.handler = async (event) => ({ event, made: require('node:fs').readFileSync('/opt/made', 'utf8') })\n`,
      },
    } as const
    const built = await world.deploy(options)
    t.equal(built.outcome, 'builtByDocker')
    t.match(built.uri, /^this-machine\.invalid\/images@sha256:/)
    t.strictSame(await invoke(built, [1]), { event: [1], made: 'made\n' })
    const again = await world.deploy(options)
    t.match(again, { outcome: 'found', digest: built.digest, lines: [] })
  })

  await t.test('by the command', async (t) => {
    const app = await copyFixture(join(import.meta.dirname, '../fixtures/apps/greeter'))
    t.teardown(() => app.remove())
    const at = (path: string) => join(app.directory, path)
    await rm(at('docker/small'), { recursive: true })
    await mkdir(at('docker/small'))
    await writeFile(
      at('docker/small/Dockerfile'),
      'FROM public.ecr.aws/lambda/nodejs:24\nRUN echo made >/opt/made\nCOPY --from=functions / ${LAMBDA_TASK_ROOT}/\n',
    )
    await writeFile(
      at('src/scheduled/nightly/index.mjs'),
      `import { readFile } from 'node:fs/promises'\nexport const handler = async () => readFile('/opt/made', 'utf8')\n`,
    )
    await writeFile(
      at('src/http/get-greet-000name/index.mjs'),
      'export const handler = async () => process.env.GREETING\n',
    )
    const run = async () => {
      const [command, argv] = plainNode(at('plugin/cli.ts'), 'invoke', 'scheduled nightly')
      return await execa(command, argv, {
        cwd: app.directory,
        extendEnv: false,
        env: {
          ...networkEnvironment(),
          ...world.docker.environment,
          PATH: process.env['PATH'] ?? '',
          HOME: cacheDirectory,
          GREETING: 'Hello',
          ARC_CONTAINER_IMAGES_CACHE: cacheDirectory,
          ARC_CONTAINER_IMAGES_REGISTRIES: `public.ecr.aws=${world.bases.url}`,
        },
        reject: false,
        timeout: 200_000,
      })
    }
    const first = await run()
    t.equal(first.stdout, '"made\\n"', first.stderr)
    t.match(first.stderr, /^Docker builds small\n/m)
    const second = await run()
    t.equal(second.stdout, '"made\\n"', second.stderr)
    t.match(second.stderr, /^'scheduled nightly' of image small-/m)
    t.notMatch(second.stderr, /Docker builds/)
  })

  await t.test('Python', async (t) => {
    const built = await world.deploy({
      repository,
      architecture,
      python: 'src/http/get-index',
      app: {
        'docker/img/Dockerfile': `FROM ${world.pythonBase}\nCOPY --from=functions / \${LAMBDA_TASK_ROOT}/\n`,
        'src/http/get-index/index.py':
          'import platform\ndef handler(event, context):\n    return {"got": event, "in": platform.python_implementation()}\n',
      },
    })
    t.strictSame(await invoke(built, { a: 'ä' }), { got: { a: 'ä' }, in: 'CPython' })
  })
})
