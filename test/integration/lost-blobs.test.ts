import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { layerParts } from '../../plugin/core/image/image-labels.ts'
import { parseOciConfig } from '../../plugin/oci/config.ts'
import type { Descriptor } from '../../plugin/oci/descriptor.ts'
import { hexOf } from '../../plugin/oci/digest.ts'
import { type Manifest, parseManifest } from '../../plugin/oci/manifest.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'

// A registry that may know a blob soon is asked again: the parts wait at the same time.
t.setTimeout(300_000)
t.jobs = 4

const name = 'greeter-lambda-images'
const parts = ['base', 'dependencies', 'app', 'config'] as const
const restored = 'the registry had lost a part of it, so it was made and sent again'

/** An app of its own, whose repository can lose a part of what the stack runs. */
async function openApp(t: Test, part: (typeof parts)[number]) {
  const folder = t.testdir()
  const state = join(folder, 'aws')
  await mkdir(state)
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

  let lines = 0
  let machines = 0
  return {
    app,
    runs,
    tags: async () => Object.fromEntries(await app.aws.registry.tags(name)),
    /** Takes a blob of what the stack runs out of the registry; its manifest stays. */
    lose: async (): Promise<void> => {
      const manifest = await live()
      const config = await app.aws.registry.blob(name, manifest.config.digest)
      const { config: described } = parseOciConfig(config ?? Buffer.alloc(0))
      const layers = layerParts(described?.Labels, manifest.layers)
      const lost = part === 'config' ? manifest.config : layers?.[part].at(-1)
      if (lost === undefined) throw new Error(`The image has no ${part}`)
      await rm(blobOf(lost))
    },
    changeLine: () =>
      app.edit('src/scheduled/nightly/index.mjs', (text) => `${text}\nconsole.log(${++lines})\n`),
    deployFresh: () =>
      app.deploy({
        environment: { ARC_CONTAINER_IMAGES_CACHE: join(folder, `cache-${++machines}`) },
      }),
    expectWhole: async (t: Test, run: Awaited<ReturnType<typeof app.deploy>>) => {
      t.equal(run.exitCode, 0, run.output)
      t.notOk(run.calls.includes('ecr:BatchDeleteImage'), 'no tag goes')
      const { config, layers } = await live()
      for (const blob of [config, ...layers]) await t.resolves(stat(blobOf(blob)), blob.digest)
    },
  }
}

for (const part of parts) {
  t.test(`${part} lost`, { buffered: true }, async (t) => {
    const { app, runs, tags, lose, changeLine, deployFresh, expectWhole } = await openApp(t, part)
    const first = await app.deploy()
    t.equal(first.exitCode, 0, first.output)

    await t.test('an upload that is refused leaves what runs, and every tag', async (t) => {
      await lose()
      const before = [runs(), await tags()]
      const match = { method: 'POST' }
      app.aws.registry.inject({ kind: 'status', status: 403, code: 'DENIED', times: 100, match })
      const run = await deployFresh()
      app.aws.registry.heal()
      t.equal(run.exitCode, 1, run.output)
      t.match(run.output, /REGISTRY_DENIED: POST .*on ECR it is ecr:InitiateLayerUpload/)
      t.strictSame([runs(), await tags()], before)
    })

    await t.test('nothing changed, on a fresh machine', async (t) => {
      const before = [runs(), await tags()]
      const run = await deployFresh()
      await expectWhole(t, run)
      t.match(run.output, restored)
      t.strictSame([runs(), await tags()], before)
    })

    await t.test('one line changed', async (t) => {
      await lose()
      await changeLine()
      await expectWhole(t, await app.deploy())
    })

    await t.test('one line changed, on a fresh machine', async (t) => {
      await lose()
      await changeLine()
      await expectWhole(t, await deployFresh())
    })

    await t.test('nothing changed, when the image gets another live tag', async (t) => {
      await lose()
      for (const tag of await app.liveTags()) await app.aws.registry.removeTag(name, tag)
      const before = runs()
      const run = await app.deploy()
      await expectWhole(t, run)
      t.match(run.output, restored)
      t.equal(runs(), before)
      const live = await app.liveTags()
      t.ok(live.some((tag) => tag.includes(before.slice('sha256:'.length, 23))))
    })
  })
}
