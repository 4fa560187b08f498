import { execa } from 'execa'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { baseImageTools, pushBaseImage } from './toolchain/base-image.ts'
import { startDocker, type Docker } from './toolchain/docker.ts'
import { startDockerRegistry } from './toolchain/docker-registry.ts'
import { ecrShapedRegistry, type EcrShapedRegistry } from './toolchain/ecr-shaped-registry.ts'
import { dockerTools, registryTools, skipWithout } from './toolchain/missing-tools.ts'
import { runImage } from './toolchain/run-image.ts'
import { runOnForeignProcessor } from './toolchain/run-on-foreign-processor.ts'

// A first run makes the base image, and qemu takes its time.
t.setTimeout(600_000)

const imageConfig = {
  EntryPoint: ['/lambda-entrypoint.sh'],
  Command: ['http/get-index/index.handler'],
  WorkingDirectory: '/var/task',
}

const handler = `
const { readFileSync, writeFileSync } = require('node:fs')
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb')
exports.handler = async ({ name, fail }) => {
  if (fail) throw new TypeError(fail)
  const tries = Object.fromEntries(['/tmp/file', '/var/task/file'].map((path) => {
    try { writeFileSync(path, ''); return [path, 'written'] } catch ({ code }) { return [path, code] }
  }))
  return {
    hello: name, ...tries, arch: process.arch, node: process.version, sdk: typeof DynamoDBClient,
    built: readFileSync('/var/task/built.txt', 'utf8').trim(),
  }
}`

const streaming = `
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  const out = awslambda.HttpResponseStream.from(stream, { statusCode: 201 })
  out.write('one ')
  await new Promise((resolve) => setTimeout(resolve, 20))
  out.end('two')
})`

const dockerfile = `FROM public.ecr.aws/lambda/nodejs:24
RUN uname -m > built.txt && node -p 'process.arch' >> built.txt
COPY --from=functions / \${LAMBDA_TASK_ROOT}/
`

const noImages = await skipWithout(...dockerTools, ...baseImageTools, ...registryTools)

t.test(
  'a registry with basic auth',
  {
    skip: await skipWithout('docker-registry', 'htpasswd', 'skopeo', 'setpriv'),
  },
  async (t) => {
    const registry = await startDockerRegistry()
    t.teardown(() => registry.close())
    const ask = (authorization: string | undefined): Promise<Response> =>
      fetch(
        `${registry.url}/v2/`,
        authorization === undefined ? {} : { headers: { authorization } },
      )
    t.equal((await ask(undefined)).status, 401)
    t.equal((await ask('Basic d3Jvbmc6d3Jvbmc=')).status, 401)
    t.equal((await ask(registry.authorization)).status, 200)
  },
)

t.test('images', { skip: noImages }, async (t) => {
  const registry = await ecrShapedRegistry()
  t.teardown(() => registry.close())
  await pushBaseImage(registry.public)
  const docker = await startDocker({ names: registry.names })
  t.teardown(() => docker.stop())
  const folder = t.testdir({
    image: { Dockerfile: dockerfile },
    functions: {
      http: {
        'get-index': { 'index.js': handler },
        'get-stream': { 'index.js': streaming },
        'get-esm': { 'index.js': 'export const handler = () => 1' },
        'get-nothing': { 'index.js': 'exports.other = () => 1' },
      },
    },
  })

  await t.test('a push without login is refused', async (t) => {
    await t.rejects(build(docker, registry, folder, 'arm64'), /no basic auth credentials|401/)
    await docker.docker(
      ['login', '--username', registry.ecr.username, '--password-stdin', registry.ecrName],
      { input: registry.ecr.password },
    )
  })

  for (const architecture of ['arm64', 'x86_64'] as const) {
    await t.test(`${architecture}: build, push, inspect, run`, async (t) => {
      const image = await build(docker, registry, folder, architecture)
      const inspected = await inspect(registry, image.tag)
      t.equal(inspected.Digest, image.digest, "the digest that buildx told is the registry's")
      t.equal(inspected.Architecture, architecture === 'arm64' ? 'arm64' : 'amd64')

      const { invocations, output } = await runImage({
        docker,
        image: `${registry.ecrName}/app@${image.digest}`,
        architecture,
        imageConfig,
        events: [{ name: 'Ada' }, { fail: 'no such thing' }, { name: 'Grace' }],
      })
      const machine = architecture === 'arm64' ? 'aarch64\narm64' : 'x86_64\nx64'
      const answer = {
        '/tmp/file': 'written',
        '/var/task/file': 'EROFS',
        arch: architecture === 'arm64' ? 'arm64' : 'x64',
        node: 'v24.21.0',
        sdk: 'function',
        built: machine,
      }
      t.strictSame(
        invocations.map(({ payload }) => JSON.parse(payload.toString())).toSpliced(1, 1),
        [
          { hello: 'Ada', ...answer },
          { hello: 'Grace', ...answer },
        ],
      )
      t.match(output, /no such thing/, 'the error is in the log')
      t.match(invocations[1]?.error, {
        phase: 'invoke',
        errorType: 'TypeError',
        errorMessage: 'no such thing',
      })
    })
  }

  await t.test('a streaming handler', async (t) => {
    const { digest } = await build(docker, registry, folder, 'arm64')
    const { invocations } = await runImage({
      docker,
      image: `${registry.ecrName}/app@${digest}`,
      architecture: 'arm64',
      imageConfig: { ...imageConfig, Command: ['http/get-stream/index.handler'] },
      events: [{}],
    })
    t.equal(invocations[0]?.streamed, true)
    t.equal(invocations[0]?.contentType, 'application/vnd.awslambda.http-integration-response')
    t.equal(invocations[0]?.payload.toString(), `{"statusCode":201}${'\0'.repeat(8)}one two`)
  })

  await t.test('handlers that cannot be loaded', async (t) => {
    const { digest } = await build(docker, registry, folder, 'x86_64')
    const cases = {
      'http/post-index/index.handler': 'Runtime.ImportModuleError',
      'http/get-esm/index.handler': 'Runtime.UserCodeSyntaxError',
      'http/get-nothing/index.handler': 'Runtime.HandlerNotFound',
      'index.handler': 'Runtime.ImportModuleError',
    }
    for (const [command, errorType] of Object.entries(cases)) {
      const { invocations } = await runImage({
        docker,
        image: `${registry.ecrName}/app@${digest}`,
        architecture: 'x86_64',
        imageConfig: { ...imageConfig, Command: [command] },
        events: [{}],
      })
      t.match(invocations[0]?.error, { phase: 'init', errorType }, command)
    }
  })

  await t.test('a partial ImageConfig', async (t) => {
    const { digest } = await build(docker, registry, folder, 'x86_64')
    const image = `${registry.ecrName}/app@${digest}`
    const run = { docker, image, architecture: 'x86_64', events: [{}] } as const
    const withoutCommand = await runImage({ ...run, imageConfig: { ...imageConfig, Command: [] } })
    t.match(withoutCommand.invocations[0]?.error?.errorMessage, /ended with 142/)
    const relative = { ...imageConfig, WorkingDirectory: 'task' }
    const withoutFolder = await runImage({ ...run, imageConfig: relative })
    t.match(withoutFolder.invocations[0]?.error?.errorMessage, /needs to be an absolute path/)
  })

  await t.test(
    'an image of another architecture does not start',
    {
      skip: await skipWithout('user-namespaces'),
    },
    async (t) => {
      const foreign = process.arch === 'arm64' ? 'x86_64' : 'arm64'
      const { digest } = await build(docker, registry, folder, foreign)
      const image = `${registry.ecrName}/app@${digest}`
      await docker.docker([
        'pull',
        '--quiet',
        '--platform',
        `linux/${foreign === 'arm64' ? 'arm64' : 'amd64'}`,
        image,
      ])
      const { exitCode, output } = await runOnForeignProcessor({
        docker,
        image,
        architecture: foreign,
        imageConfig,
      })
      t.not(exitCode, 0)
      t.match(output, /exec format error/i)
    },
  )
})

interface Built {
  readonly tag: string
  readonly digest: string
}

async function build(
  docker: Docker,
  registry: EcrShapedRegistry,
  folder: string,
  architecture: 'arm64' | 'x86_64',
): Promise<Built> {
  const metadata = join(folder, `${architecture}.json`)
  await docker.docker([
    'buildx',
    'build',
    '--platform',
    architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64',
    '--provenance=false',
    '--sbom=false',
    '--push',
    '--metadata-file',
    metadata,
    '--build-context',
    `functions=${join(folder, 'functions')}`,
    '--tag',
    `${registry.ecrName}/app:${architecture}`,
    join(folder, 'image'),
  ])
  const told: { 'containerimage.digest'?: unknown } = JSON.parse(await readFile(metadata, 'utf8'))
  return { tag: architecture, digest: String(told['containerimage.digest']) }
}

async function inspect(
  registry: EcrShapedRegistry,
  tag: string,
): Promise<{ Digest?: unknown; Architecture?: unknown }> {
  const { stdout } = await execa('skopeo', [
    'inspect',
    '--tls-verify=false',
    '--creds',
    `${registry.ecr.username}:${registry.ecr.password}`,
    '--override-arch',
    tag === 'arm64' ? 'arm64' : 'amd64',
    `docker://${registry.ecr.host}/app:${tag}`,
  ])
  return JSON.parse(stdout)
}
