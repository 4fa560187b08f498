import t, { type Test } from 'tap'

import { openRepository } from '../../plugin/effects/registry/open-repository.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'
import { plantImage, replaced } from '../stand-in/inputs/plant-image.ts'

const name = 'greeter-lambda-images'
const app = await openImageApp()
t.teardown(() => app.close())
const staging = await app.deploy()
const toProduction = ['deploy', '--production', '--no-hydrate']

/** As anybody has it who may push. */
const repository = openRepository({
  uri: `${new URL(app.aws.registry.url).host}/${name}`,
  authorization: async () => `Basic ${Object.keys(app.aws.state.tokens).at(-1)}`,
})

/** Knows nothing but what repository and stack tell. */
const freshMachine = (t: Test) => ({ ARC_CONTAINER_IMAGES_CACHE: t.testdir() })

t.test('an image that was planted under the tag of the next production deploy', async (t) => {
  t.equal(staging.exitCode, 0, staging.output)
  const own = (await app.tags()).find((tag) => tag.startsWith('small-')) ?? ''
  await app.edit('src/scheduled/nightly/index.mjs', (text) => text.replace('nightly', 'changed'))
  const dryRun = await app.deploy({ args: [...toProduction, '--dry-run'] })
  const [, tag = ''] = new RegExp(`${name}:(\\S+)`).exec(dryRun.output) ?? []
  t.not(tag, own)

  const digest = await plantImage(repository, {
    from: own,
    tag,
    layer: { at: -1, change: (tar) => replaced(tar, 'exports', 'evil_is') },
  })
  const refused = await app.deploy({ args: toProduction, environment: freshMachine(t) })
  t.equal(refused.exitCode, 1, refused.output)
  t.match(
    refused.output,
    new RegExp(`IMAGE_NOT_PROVEN: \\S+@${digest} .* under ${tag}, .* deploy again`),
  )
  t.equal(app.aws.stack('GreeterProduction'), undefined, 'there is no stack')
  t.notOk((await app.tags()).includes(tag), 'the tag is free again')
  const run = await app.deploy({ args: toProduction })
  t.equal(run.exitCode, 0, run.output)
  t.match(run.sent, ['blob', 'blob', 'live tag', 'manifest'])
})

t.test('packages that were planted under their tag', async (t) => {
  const tags = await app.tags()
  const deps = tags.find((tag) => tag.startsWith('deps-')) ?? ''
  const source = (await repository.getManifest(deps))?.digest ?? ''
  for (const tag of tags) if (tag !== deps) await app.aws.registry.removeTag(name, tag)
  await repository.putManifest(
    (await repository.getManifest(source))?.bytes ?? Buffer.alloc(0),
    'application/vnd.oci.image.manifest.v1+json',
    'kept',
  )
  await app.aws.registry.removeTag(name, deps)
  await plantImage(repository, {
    from: source,
    tag: deps,
    layer: { at: -1, change: (tar) => replaced(tar, 'exports', 'evil_is') },
    manifest: (manifest) => {
      // What is said of the layer is made to fit it.
      const [{ digest, size }] = [manifest['layers']].flat().slice(-1).map(Object)
      const [[key, text] = ['', '']] = Object.entries(Object(manifest['annotations']))
      const record = JSON.parse(String(text))
      const layers = [...record.layers.slice(0, -1), { ...record.layers.at(-1), digest, size }]
      return { ...manifest, annotations: { [key]: JSON.stringify({ ...record, layers }) } }
    },
  })
  const before = structuredClone(app.aws.stack('GreeterProduction'))
  const refused = await app.deploy({ args: toProduction, environment: freshMachine(t) })
  t.equal(refused.exitCode, 1, refused.output)
  t.match(refused.output, new RegExp(`DEPENDENCIES_NOT_PROVEN: .*imageTag=${deps}`))
  t.strictSame(app.aws.stack('GreeterProduction'), before)
  await app.aws.registry.removeTag(name, deps)
  const run = await app.deploy({ args: toProduction })
  t.equal(run.exitCode, 0, run.output)
})
