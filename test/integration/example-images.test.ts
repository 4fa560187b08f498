import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { execa } from 'execa'
import t, { type Test } from 'tap'

import { startAgentServices } from '../../scripts/demo/agent-services.ts'
import { deployedFunction, type ImageFunction } from '../../scripts/demo/deployed-function.ts'
import { startAws } from '../stand-in/aws/index.ts'
import { baseImageTools } from './toolchain/base-image.ts'
import { deployExample } from './toolchain/deploy-example.ts'
import { type DeployWorld, openDeployWorld } from './toolchain/deploy-world.ts'
import { dockerTools, registryTools, skipWithout } from './toolchain/missing-tools.ts'
import { startImage } from './toolchain/run-image.ts'
import { unpackByBuildah } from './toolchain/unpack-by-buildah.ts'

// npm's packages, 120 MB of layers and qemu.
t.setTimeout(600_000)

const skip = await skipWithout(...dockerTools, ...baseImageTools, ...registryTools, 'buildah')
const memoryRoute = 'any /api/streams/:workspaceId/:agentId/:secret'

/** The app with `get /` in an image too: that of `docker/base`, which has no packages. */
const withBase = (manifest: string): string =>
  manifest.replace('@container-images\n', '@container-images\nget / base\n')

/** How the images are made: by their folder's package.json, or by its Dockerfile. */
const builders = {
  'the embedded builder': (manifest: string) =>
    `${withBase(manifest).trimEnd()}\nbase\n  builder embedded\n`,
  "Docker's buildx": (manifest: string) =>
    withBase(manifest).replace(
      /\n {2}builder embedded\n {2}omit [^\n]*\n {2}bundle-packages all/,
      '\n  builder dockerfile',
    ),
}
type Architecture = 'arm64' | 'x86_64'

t.test('the example app', { skip }, async (t) => {
  const world = await openDeployWorld()
  t.teardown(() => world.close())
  for (const architecture of ['arm64', 'x86_64'] as const) {
    const trees: Tree[] = []
    for (const [builder, edit] of Object.entries(builders)) {
      await t.test(`deployed by ${builder}, runs on ${architecture}`, async (t) => {
        const onArchitecture = (manifest: string): string =>
          edit(manifest).replace('architecture arm64', `architecture ${architecture}`)
        trees.push(await runExample(t, { world, architecture, edit: onArchitecture }))
      })
    }
    await t.test(`both builders put the same under /var/task for ${architecture}`, async (t) => {
      const [embedded = new Map(), docker = new Map()] = trees
      t.ok(embedded.size > 100)
      const own = [...embedded].filter(([path]) => !path.startsWith('node_modules/.bundle/'))
      t.equal(own.length, embedded.size - 2, 'bundle-packages adds a loader and a file of modules')
      const different = own.filter(([path, digest]) => docker.get(path) !== digest)
      t.strictSame(
        different.map(([path]) => path),
        ['node_modules/@lancedb/lancedb/dist/index.js', 'node_modules/apache-arrow/Arrow.node.js'],
      )
      // The Dockerfile removes packages by name; the embedded builder also what only they need.
      const packages = new Set([...embedded.keys()].map(packageOf))
      const extra = [...docker.keys()].filter((path) => !embedded.has(path))
      t.strictSame(
        extra.filter((path) => packages.has(packageOf(path))),
        [],
      )
      t.notOk(extra.some((path) => !path.startsWith('node_modules/')))
    })
  }
})

/** The folder of `node_modules` that a file of the image belongs to; a program's link is its own. */
function packageOf(path: string): string {
  return /^(?:.*\/)?node_modules\/(?:(?:@[^/]+|\.bin)\/)?[^/]+/.exec(path)?.[0] ?? path
}

/** Digest of each file, and whether it is a program, by its path. */
type Tree = ReadonlyMap<string, string>

async function runExample(
  t: Test,
  {
    world,
    architecture,
    edit,
  }: {
    readonly world: DeployWorld
    readonly architecture: Architecture
    readonly edit: (manifest: string) => string
  },
): Promise<Tree> {
  await using resources = new AsyncDisposableStack()
  const { docker, pushed } = world
  const scratch = await mkdtemp(join(world.scratch, 'example-'))
  const aws = await startAws(world.aws)
  resources.defer(() => aws.close())

  const { exitCode, output } = await deployExample(aws, { edit, environment: docker.environment })
  if (exitCode !== 0) t.comment(output)
  t.equal(exitCode, 0, 'arc deploy')
  const memory = deployedFunction(aws, 'AgentMemoryStaging', memoryRoute)
  const compact = deployedFunction(aws, 'AgentMemoryStaging', 'compact')
  const index = deployedFunction(aws, 'AgentMemoryStaging', 'get /')
  t.equal(compact.imageUri, memory.imageUri, 'both functions are in one image')

  const [, digest = ''] = memory.imageUri.split('@')
  const inOci = architecture === 'arm64' ? 'arm64' : 'amd64'
  await t.test('skopeo reads the pushed image and copies it out whole', async (t) => {
    const image = `docker://${pushed.host}/agent-memory-lambda-images@${digest}`
    const plain = '--tls-verify=false'
    const inspected = await execa('skopeo', ['inspect', plain, '--no-tags', image])
    t.match(JSON.parse(inspected.stdout), { Digest: digest, Os: 'linux', Architecture: inOci })
    const config = await execa('skopeo', ['inspect', plain, '--config', image])
    t.match(JSON.parse(config.stdout), {
      architecture: inOci,
      config: { Entrypoint: ['/lambda-entrypoint.sh'], WorkingDir: '/var/task' },
    })
    const copied = join(scratch, 'copied')
    const copy = [`--override-arch=${inOci}`, 'copy', '--src-tls-verify=false']
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
  const { services, secret } = await startAgentServices(memory)
  resources.defer(() => services.close())
  const start = (of: ImageFunction): ReturnType<typeof startImage> =>
    startImage({
      docker,
      // The template's own name: inside the daemon it leads to the real registry.
      image: of.imageUri,
      architecture,
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

  await t.test('a function in the image without packages', async (t) => {
    t.not(index.imageUri, memory.imageUri)
    const running = await start(index)
    try {
      const { payload, error } = await running.invoke(event('GET', {}))
      if (error !== undefined) t.comment(running.output())
      t.match(JSON.parse(payload.toString()), { statusCode: 200, body: /<!doctype html>/i })
    } finally {
      await running.stop()
    }
  })

  let tree: Tree = new Map()
  await t.test('buildah reads it too', async (t) => {
    const image = `${pushed.host}/agent-memory-lambda-images@${digest}`
    const unpacked = await unpackByBuildah({ image, architecture, storage: scratch })
    try {
      const { Entrypoint, WorkingDir } = { ...unpacked.config.config }
      t.equal(unpacked.config.architecture, inOci)
      t.strictSame(Entrypoint, ['/lambda-entrypoint.sh'])
      t.equal(WorkingDir, '/var/task')
      tree = await readTree(join(unpacked.root, 'var/task'))
    } finally {
      await unpacked.close()
    }
  })
  return tree
}

async function readTree(folder: string): Promise<Tree> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => !entry.isDirectory())
  const lines: [string, string][] = []
  for (const entry of files) {
    const file = join(entry.parentPath, entry.name)
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(file)) hash.update(chunk)
    const { mode } = await stat(file)
    lines.push([relative(folder, file), `${hash.digest('hex')}${mode & 0o111 ? ' program' : ''}`])
  }
  return new Map(lines.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
