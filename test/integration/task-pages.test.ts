import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t from 'tap'

import { deployedFunction } from '../../scripts/demo/deployed-function.ts'
import { startAws } from '../stand-in/aws/index.ts'
import { openCalls } from '../stand-in/assertions/aws-calls.ts'
import { pushBaseImage } from '../stand-in/inputs/base-image.ts'
import { pushImage } from '../stand-in/inputs/push-image.ts'
import { startRegistry } from '../stand-in/registry/index.ts'
import { baseImageTools, pythonBaseImageTools } from './toolchain/base-image.ts'
import { openDeployWorld } from './toolchain/deploy-world.ts'
import { openReader, startBlock } from './toolchain/follow-page.ts'
import { dockerTools, registryTools, skipWithout } from './toolchain/missing-tools.ts'
import { runImage } from './toolchain/run-image.ts'

// npm installs Architect, pip NumPy for arm64, and both run under qemu.
t.setTimeout(900_000)

const skip = await skipWithout(
  ...dockerTools,
  ...baseImageTools,
  ...pythonBaseImageTools,
  ...registryTools,
)

t.test('python.md: NumPy for arm64 by the real Docker, started and asked', { skip }, async (t) => {
  // Debian's Python under the tag that the page names.
  const world = await openDeployWorld([{ kind: 'python', tag: '3.13' }])
  t.teardown(() => world.close())
  const { aws: registries, docker } = world
  const aws = await startAws({ ...registries, pollsUntilSettled: 0 })
  const reader = await openReader({ ...aws.environment, ...docker.environment })
  t.teardown(() => Promise.all([aws.close(), reader.close()]))

  const said = await reader.follow('python.md')
  t.match(said.at(-1), /✓ Images numbers \(arm64\): /)
  const { imageUri, imageConfig } = deployedFunction(aws, 'TablesStaging', 'get /')
  const image = { docker, image: imageUri, architecture: 'arm64', imageConfig } as const
  const { invocations } = await runImage({ ...image, events: [{}] })
  const answer = JSON.parse(invocations[0]?.payload.toString() ?? 'null')
  t.match(answer, { statusCode: 200 }, JSON.stringify(invocations[0]?.error))
  t.strictSame(JSON.parse(answer.body), { says: 'The sum of the numbers below ten', sum: 45 })
})

t.test('migrating.md: from image to image in place, and from a zip by replacement', async (t) => {
  const bases = await startRegistry()
  await pushBaseImage({ registry: bases })
  const aws = await startAws({ baseRegistry: bases, pollsUntilSettled: 0 })
  const reader = await openReader(aws.environment)
  t.teardown(() => Promise.all([aws.close(), bases.close(), reader.close()]))
  await reader.type(
    'mkdir gallery; cd gallery; npm init --yes; npm install --save-dev @architect/architect --prefer-offline --no-audit --no-fund',
  )
  const write = async (path: string, text: string): Promise<void> => {
    const file = join(reader.directory(), path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  await write('src/plugins/images.js', await startBlock('migrating.md', 'src/plugins/images.js'))
  await write(
    'src/http/get-index/index.js',
    "const sharp = require('sharp')\nexports.handler = async () => ({ statusCode: 200, body: sharp.versions.sharp })\n",
  )
  const manifest = (plugins: string) =>
    `@app\ngallery\n\n@aws\nruntime nodejs24.x\narchitecture arm64\n\n@http\nget /\n\n@static\nfalse\n\n@plugins\n${plugins}`
  await write('app.arc', manifest('images\n'))
  const calls = await openCalls(aws.environment)
  await calls.ecr('CreateRepository', { repositoryName: 'by-hand' })
  const digest = await pushImage(aws, {
    repository: 'by-hand',
    tag: 'latest',
    architecture: 'arm64',
  })
  const IMAGE = `${aws.registryHost}/by-hand@${digest}`
  await reader.type('npx --no -- arc deploy --no-hydrate', { IMAGE })
  const before = aws.stack('GalleryStaging')?.deployment.functions['GetIndexHTTPLambda']
  t.match(before, { packageType: 'Image' })

  const said = await reader.follow('migrating.md')
  t.match(said.at(-2), /GetIndex|get \//)
  const after = aws.stack('GalleryStaging')?.deployment.functions['GetIndexHTTPLambda']
  t.equal(after?.functionName, before?.functionName, 'updated in place')
  t.match(after?.resolvedImageUri, /gallery-lambda-images@sha256:/)
  t.notOk(after?.startError)
})
