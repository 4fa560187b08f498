import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { layerParts } from '../../plugin/core/image/image-labels.ts'
import { parseOciConfig } from '../../plugin/oci/config.ts'
import type { Descriptor } from '../../plugin/oci/descriptor.ts'
import { hexOf } from '../../plugin/oci/digest.ts'
import { type Manifest, parseManifest } from '../../plugin/oci/manifest.ts'
import { type ImageApp, openImageApp } from '../stand-in/inputs/image-app.ts'

// A registry that may know a blob soon is asked again.
t.setTimeout(300_000)

const name = 'greeter-lambda-images'
const state = t.testdir()
const app = await openImageApp({ aws: { directory: state } })
t.teardown(() => app.close())

const blobOf = ({ digest }: Pick<Descriptor, 'digest'>) =>
  join(state, 'registry/repositories', name, 'blobs', hexOf(digest))

/** Digest of what the stack runs. */
function runs(): string {
  const { template = '' } = app.aws.stack('GreeterStaging')?.deployment ?? {}
  return /@(sha256:\w{64})/.exec(template)?.[1] ?? ''
}

async function live(): Promise<Manifest> {
  const served = await app.aws.registry.manifest(name, runs())
  return parseManifest(served?.bytes ?? Buffer.alloc(0), served?.mediaType ?? '')
}

const parts = ['base', 'dependencies', 'app', 'config'] as const

/** Takes a blob of what the stack runs out of the registry; its manifest stays. */
async function lose(part: (typeof parts)[number]): Promise<void> {
  const manifest = await live()
  const config = await app.aws.registry.blob(name, manifest.config.digest)
  const { config: described } = parseOciConfig(config ?? Buffer.alloc(0))
  const layers = layerParts(described?.Labels, manifest.layers)
  const lost = part === 'config' ? manifest.config : layers?.[part].at(-1)
  if (lost === undefined) throw new Error(`The image has no ${part}`)
  await rm(blobOf(lost))
}

async function expectWhole(t: Test, run: Awaited<ReturnType<ImageApp['deploy']>>): Promise<void> {
  t.equal(run.exitCode, 0, run.output)
  const { config, layers } = await live()
  for (const blob of [config, ...layers]) await t.resolves(stat(blobOf(blob)), blob.digest)
}

let lines = 0
const changeLine = () =>
  app.edit('src/scheduled/nightly/index.mjs', (text) => `${text}\nconsole.log(${++lines})\n`)

t.test('a first deploy', async (t) => expectWhole(t, await app.deploy()))

for (const part of parts) {
  t.test(`${part} lost, nothing changed, on a fresh machine`, async (t) => {
    await lose(part)
    const run = await app.deploy({ environment: { ARC_CONTAINER_IMAGES_CACHE: t.testdir() } })
    await expectWhole(t, run)
    t.match(run.output, 'the registry had lost a part of it, so it was made and sent again')
  })

  t.test(`${part} lost, one line changed`, async (t) => {
    await lose(part)
    await changeLine()
    await expectWhole(t, await app.deploy())
  })

  t.test(`${part} lost, one line changed, on a fresh machine`, async (t) => {
    await lose(part)
    await changeLine()
    const run = await app.deploy({ environment: { ARC_CONTAINER_IMAGES_CACHE: t.testdir() } })
    await expectWhole(t, run)
  })

  t.test(`${part} lost, nothing changed, when the image gets another live tag`, async (t) => {
    await lose(part)
    for (const tag of await app.liveTags()) await app.aws.registry.removeTag(name, tag)
    const run = await app.deploy()
    await expectWhole(t, run)
    t.match(run.output, 'the registry had lost a part of it, so it was made and sent again')
    const tags = await app.liveTags()
    t.ok(tags.some((tag) => tag.includes(runs().slice('sha256:'.length, 23))))
  })
}
