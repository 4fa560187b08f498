import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import t, { type Test } from 'tap'

import { deployedFunction, type ImageFunction } from '../../scripts/demo/deployed-function.ts'
import { startAppServices } from '../stand-in/app-services.ts'
import { startAws } from '../stand-in/aws/index.ts'
import { baseImageTools } from './toolchain/base-image.ts'
import { deployExample } from './toolchain/deploy-example.ts'
import { openDeployWorld } from './toolchain/deploy-world.ts'
import { dockerTools, skipWithout } from './toolchain/missing-tools.ts'
import { startImage } from './toolchain/run-image.ts'

// npm's packages, 120 MB of layers and qemu.
t.setTimeout(600_000)

const skip = await skipWithout(
  ...dockerTools,
  ...baseImageTools,
  'skopeo',
  'docker-registry',
  'htpasswd',
  'openssl',
)
const memoryRoute = 'any /api/streams/:workspaceId/:agentId/:secret'

/** How the image of `docker/lancedb` is made: by that folder's package.json, or by its Dockerfile. */
const builders = {
  'the embedded builder': (manifest: string) => manifest,
  "Docker's buildx": (manifest: string) =>
    manifest.replace(/\n {2}builder embedded\n {2}omit [^\n]*/, '\n  builder dockerfile'),
}

for (const [builder, edit] of Object.entries(builders)) {
  t.test(`the example app, deployed by ${builder}, runs on arm64`, { skip }, async (t) => {
    await runExample(t, edit)
  })
}

async function runExample(t: Test, edit: (manifest: string) => string): Promise<void> {
  await using resources = new AsyncDisposableStack()
  const world = await openDeployWorld()
  resources.defer(() => world.close())
  const { docker, pushed, scratch } = world
  const aws = await startAws(world.aws)
  resources.defer(() => aws.close())

  const { exitCode, output } = await deployExample(aws, { edit, environment: docker.environment })
  if (exitCode !== 0) t.comment(output)
  t.equal(exitCode, 0, 'arc deploy')
  const memory = deployedFunction(aws, 'AgentMemoryStaging', memoryRoute)
  const compact = deployedFunction(aws, 'AgentMemoryStaging', 'compact')
  t.equal(compact.imageUri, memory.imageUri, 'both functions are in one image')

  await t.test('skopeo reads the pushed image and copies it out whole', async (t) => {
    const [, digest = ''] = memory.imageUri.split('@')
    const image = `docker://${pushed.host}/agent-memory-lambda-images@${digest}`
    const plain = '--tls-verify=false'
    const inspected = await execa('skopeo', ['inspect', plain, '--no-tags', image])
    t.match(JSON.parse(inspected.stdout), { Digest: digest, Os: 'linux', Architecture: 'arm64' })
    const config = await execa('skopeo', ['inspect', plain, '--config', image])
    t.match(JSON.parse(config.stdout), {
      architecture: 'arm64',
      config: { Entrypoint: ['/lambda-entrypoint.sh'], WorkingDir: '/var/task' },
    })
    const copied = join(scratch, 'copied')
    const copy = ['--override-arch=arm64', 'copy', '--src-tls-verify=false']
    await execa('skopeo', [...copy, image, `dir:${copied}`])
    const layers: { digest: string }[] = JSON.parse(
      await readFile(join(copied, 'manifest.json'), 'utf8'),
    ).layers
    t.ok(layers.length > 2)
    for (const { digest: layer } of layers) {
      const hex = layer.slice('sha256:'.length)
      const hash = createHash('sha256')
      for await (const chunk of createReadStream(join(copied, hex))) hash.update(chunk)
      t.equal(hash.digest('hex'), hex)
    }
  })

  const memories = join(scratch, 'memories')
  await mkdir(memories)
  await chmod(memories, 0o777)
  const secret = randomBytes(32).toString('base64url')
  const secretHash = createHash('sha256').update(secret).digest('hex')
  const services = await startAppServices({
    stackName: memory.stackName,
    tables: [
      {
        name: 'agent-secrets',
        tableName: memory.physicalIds['AgentSecretsTable'] ?? '',
        key: ['workspaceId', 'agentId'],
        rows: [{ workspaceId: 'demo', agentId: 'ada', secretHash }],
      },
    ],
  })
  resources.defer(() => services.close())
  const start = (of: ImageFunction): ReturnType<typeof startImage> =>
    startImage({
      docker,
      // The template's own name: inside the daemon it leads to the real registry.
      image: of.imageUri,
      architecture: 'arm64',
      imageConfig: of.imageConfig,
      environment: { ...of.environment, ...services.environment, MEMORY_URI: '/mnt/memories' },
      volumes: { '/mnt/memories': memories },
    })

  const event = (method: string, more: object): object => ({
    version: '2.0',
    requestContext: { http: { method } },
    pathParameters: { workspaceId: 'demo', agentId: 'ada', secret },
    isBase64Encoded: false,
    ...more,
  })
  const documents = [
    { id: 'drink', text: 'What Ada likes to drink is green tea' },
    { id: 'work', text: 'Her compiler speaks in riddles' },
  ]
  const question = { queryStringParameters: { q: 'what does Ada drink' } }

  await t.test('documents are remembered and found', async (t) => {
    const running = await start(memory)
    try {
      const ask = async (request: object): Promise<{ statusCode: unknown; body: string }> => {
        const { payload, error } = await running.invoke(request)
        if (error !== undefined) t.comment(running.output())
        t.equal(error, undefined)
        return JSON.parse(payload.toString())
      }
      const cold = performance.now()
      const remembered = await ask(event('POST', { body: JSON.stringify({ documents }) }))
      t.strictSame(JSON.parse(remembered.body), { remembered: ['drink', 'work'] })
      t.comment(`first answer after ${Math.round(performance.now() - cold)} ms`)
      const found = await ask(event('GET', question))
      t.equal(found.statusCode, 200)
      t.equal(JSON.parse(found.body.split('\n')[0] ?? '').id, 'drink')
      const guessed = { workspaceId: 'demo', agentId: 'ada', secret: 'guessed' }
      t.match(await ask(event('GET', { pathParameters: guessed })), { statusCode: 403 })
    } finally {
      await running.stop()
    }
  })

  await t.test('what it throws is reported, and the next event is answered', async (t) => {
    const running = await start(memory)
    try {
      const { error } = await running.invoke(event('GET', { requestContext: undefined }))
      t.match(error, { phase: 'invoke', errorType: 'TypeError' })
      const { payload } = await running.invoke(event('GET', question))
      t.match(JSON.parse(payload.toString()), { statusCode: 200, body: /green tea/ })
    } finally {
      await running.stop()
    }
  })

  await t.test('the scheduled function of the same image', async (t) => {
    const running = await start(compact)
    try {
      const { payload, error } = await running.invoke({})
      if (error !== undefined) t.comment(running.output())
      t.equal(error, undefined)
      t.strictSame(JSON.parse(payload.toString()), { compacted: 1 })
    } finally {
      await running.stop()
    }
  })
}
