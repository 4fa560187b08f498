import t, { type Test } from 'tap'

import { openRepository } from '../../plugin/effects/registry/open-repository.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'
import { plantImage, replaced } from '../stand-in/inputs/plant-image.ts'

const name = 'greeter-lambda-images'
const stackName = 'GreeterStaging'
const app = await openImageApp()
t.teardown(() => app.close())

/** As anybody has it who may push. */
const repository = openRepository({
  uri: `${new URL(app.aws.registry.url).host}/${name}`,
  authorization: async () => `Basic ${Object.keys(app.aws.state.tokens).at(-1)}`,
})

const onFreshMachine = (t: Test) =>
  app.deploy({ environment: { ARC_CONTAINER_IMAGES_CACHE: t.testdir() } })

const deployed = () => {
  const stack = app.aws.stack(stackName)
  if (stack === undefined) throw new Error('Nothing was deployed')
  return stack
}

/** Changes the stack's record in this test, as nobody can who may only push. */
function inThisTest(t: Test, change: Partial<ReturnType<typeof deployed>>): void {
  const before = { ...deployed() }
  t.teardown(() => Object.assign(deployed(), before))
  Object.assign(deployed(), change)
}

const withTemplate = (edit: (text: string) => string) => {
  const { deployment } = deployed()
  return { deployment: { ...deployment, template: edit(deployment.template) } }
}

const ownTag = async () => (await app.tags()).find((tag) => tag.startsWith('small-')) ?? ''
const runs = () => /@sha256:\w{64}/.exec(deployed().deployment.template)?.[0]
const readLayers = (asked: readonly string[]): number =>
  asked.filter((line) => line === 'GET blob 200').length - 1

t.test('what the stack runs already is asked for, and not read', async (t) => {
  const first = await app.deploy()
  t.equal(first.exitCode, 0, first.output)
  const before = runs()
  const again = await onFreshMachine(t)
  t.equal(again.exitCode, 0, again.output)
  t.match(again.output, 'unchanged')
  t.strictSame(again.asked.toSorted(), [
    'GET blob 200',
    'GET manifest 200',
    ...Array.from({ length: 5 }, () => 'HEAD blob 200'),
  ])
  t.equal(runs(), before)
})

t.test('a stack that was rolled back is no proof', async (t) => {
  inThisTest(t, { status: 'UPDATE_ROLLBACK_COMPLETE' })
  const run = await onFreshMachine(t)
  t.equal(run.exitCode, 0, run.output)
  t.ok(readLayers(run.asked) > 0)
})

t.test('a stack that says nothing of proofs, as one of earlier versions', async (t) => {
  inThisTest(
    t,
    withTemplate((text) => text.replaceAll(/"proven":\[[^\]]*\]/g, '"other":1')),
  )
  const run = await onFreshMachine(t)
  t.equal(run.exitCode, 0, run.output)
  t.ok(readLayers(run.asked) > 0)
})

t.test('one of the functions has no proof', async (t) => {
  inThisTest(
    t,
    withTemplate((text) => text.replace(/"proven":\[[^\]]*\]/, '"other":1')),
  )
  const run = await onFreshMachine(t)
  t.equal(run.exitCode, 0, run.output)
  t.ok(readLayers(run.asked) > 0)
})

t.test('the template names another image beside that proof, written by hand', async (t) => {
  inThisTest(
    t,
    withTemplate((text) => text.replaceAll(/@sha256:\w{64}/g, `@sha256:${'0'.repeat(64)}`)),
  )
  const run = await onFreshMachine(t)
  t.equal(run.exitCode, 0, run.output)
  t.ok(readLayers(run.asked) > 0)
})

t.test('a layer that the registry has no longer is sent again', async (t) => {
  const served = await repository.getManifest(await ownTag())
  const { layers } = JSON.parse(Buffer.from(served?.bytes ?? []).toString())
  const match = { path: new RegExp(`/blobs/${layers.at(-1).digest}$`) }
  const before = runs()
  app.aws.registry.inject({ kind: 'status', status: 404, code: 'BLOB_UNKNOWN', match, times: 20 })
  t.teardown(() => app.aws.registry.heal())
  const run = await onFreshMachine(t)
  t.equal(run.exitCode, 0, run.output)
  t.match(run.output, 'the registry had lost a part of it, so it was made and sent again')
  t.ok(run.sent.includes('blob'))
  t.equal(runs(), before, 'it is the same image')
})

t.test('the running image under the tag of new code', async (t) => {
  const before = runs()
  const running = await repository.getManifest(await ownTag())
  if (running === undefined) throw new Error('It is not there')
  await app.edit('src/scheduled/nightly/index.mjs', (text) => text.replace('nightly', 'changed'))
  const dryRun = await app.deploy({ args: ['deploy', '--no-hydrate', '--dry-run'] })
  const [, tag = ''] = new RegExp(`${name}:(\\S+)`).exec(dryRun.output) ?? []
  t.not(tag, await ownTag())
  await repository.putManifest(running.bytes, running.mediaType, tag)
  const refused = await onFreshMachine(t)
  t.equal(refused.exitCode, 1, refused.output)
  t.match(refused.output, new RegExp(`IMAGE_NOT_PROVEN: \\S+@${running.digest} `))
  t.equal(runs(), before)
  const run = await onFreshMachine(t)
  t.equal(run.exitCode, 0, run.output)
  t.not(runs(), before, 'the new code was built')
})

t.test('another image under the tag of what runs', async (t) => {
  const before = runs() ?? ''
  const tags = [...(await app.aws.registry.tags(name))]
  const tag = tags.find(
    ([each, digest]) => each.startsWith('small-') && before === `@${digest}`,
  )?.[0]
  if (tag === undefined) throw new Error('It has no tag')
  await app.aws.registry.removeTag(name, tag)
  const planted = await plantImage(repository, {
    from: before.slice(1),
    tag,
    layer: { at: -1, change: (tar) => replaced(tar, 'exports', 'evil_is') },
  })
  const refused = await onFreshMachine(t)
  t.equal(refused.exitCode, 1, refused.output)
  t.match(refused.output, new RegExp(`IMAGE_NOT_PROVEN: \\S+@${planted} `))
  t.equal(runs(), before)
})
