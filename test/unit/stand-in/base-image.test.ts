import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { execa } from 'execa'
import t from 'tap'

import { mediaTypes } from '../../../plugin/oci/media-types.ts'
import { pushBaseImage } from '../../stand-in/inputs/base-image.ts'
import { invokeFunction } from '../../stand-in/lambda/start-function.ts'
import { startRegistry } from '../../stand-in/registry/index.ts'
import { unpackImage } from '../../stand-in/assertions/unpack-image.ts'

const registry = await startRegistry()
t.teardown(() => registry.close())

t.test('an index of both architectures, of Docker media types as AWS has it', async (t) => {
  const base = await pushBaseImage({ registry })
  t.equal(base.reference, `${registry.host}/lambda/nodejs:24`)
  const index = await registry.manifest('lambda/nodejs', '24')
  t.equal(index?.mediaType, mediaTypes.docker.index)
  t.equal(index?.digest, base.digest)
  t.match(JSON.parse(index?.bytes.toString() ?? ''), {
    manifests: [
      { platform: { os: 'linux', architecture: 'amd64' }, digest: base.manifests.get('amd64') },
      { platform: { os: 'linux', architecture: 'arm64' }, digest: base.manifests.get('arm64') },
    ],
  })
  t.not(base.manifests.get('amd64'), base.manifests.get('arm64'))
})

t.test('the same base is the same bytes, and is sent once', async (t) => {
  const first = await pushBaseImage({ registry, repository: 'again' })
  const sent = registry.journal.length
  const second = await pushBaseImage({ registry, repository: 'again' })
  t.equal(second.digest, first.digest)
  t.notOk(registry.journal.slice(sent).some(({ path }) => path.includes('/uploads/')))
})

t.test('OCI media types, and one manifest without an index, on request', async (t) => {
  const base = await pushBaseImage({
    registry,
    repository: 'single',
    family: 'oci',
    index: false,
    architectures: ['arm64'],
  })
  const manifest = await registry.manifest('single', '24')
  t.equal(manifest?.mediaType, mediaTypes.oci.manifest)
  t.equal(manifest?.digest, base.digest)
  t.equal(base.manifests.get('arm64'), base.digest)
})

t.test('unpacked, it keeps the contract of AWS and runs a function', async (t) => {
  const { manifests } = await pushBaseImage({ registry })
  // The checkout's own package.json says "module"; an image has none above /var/task.
  const root = t.testdir({ 'package.json': '{}' })
  const config = await unpackImage({
    registry: registry.url,
    repository: 'lambda/nodejs',
    reference: manifests.get('arm64') ?? '',
    directory: root,
  })
  t.match(config, {
    architecture: 'arm64',
    entrypoint: ['/lambda-entrypoint.sh'],
    workingDirectory: '/var/task',
  })
  t.ok(config.env.includes('LAMBDA_TASK_ROOT=/var/task'))
  t.equal(await readFile(join(root, 'var/runtime/runtime-release'), 'utf8'), 'STAND-IN arm64\n')
  t.ok((await stat(join(root, 'tmp'))).isDirectory())

  const entry = join(root, 'lambda-entrypoint.sh')
  for (const args of [[], ['a.handler', 'b.handler']]) {
    const refused = await execa(entry, args, { reject: false })
    t.equal(refused.exitCode, 142)
    t.equal(refused.stderr, 'entrypoint requires the handler name to be the first argument')
  }

  await mkdir(join(root, 'var/task/http'), { recursive: true })
  await writeFile(
    join(root, 'var/task/http/index.js'),
    'exports.handler = async (event) => ({ got: event.number, cwd: process.cwd() })',
  )
  const answer = await invokeFunction({
    root,
    entryPoint: config.entrypoint,
    command: ['http/index.handler'],
    workingDirectory: config.workingDirectory,
    event: { number: 7 },
  })
  t.equal(answer.error, undefined)
  t.strictSame(JSON.parse(answer.payload.toString()), { got: 7, cwd: join(root, 'var/task') })
})
