import t from 'tap'

import { openImageApp } from '../stand-in/inputs/image-app.ts'

const label = 'com.amazonaws.lambda.feature.snapstart'
const repository = 'greeter-lambda-images'

/** A plugin that asks for snapshots of one function, wherever it stands. */
const asking = `export default { deploy: { start ({ cloudformation }) {
  const { Properties } = cloudformation.Resources.NightlyScheduleLambda
  Properties.SnapStart = { ApplyOn: 'PublishedVersions' }
  Properties.AutoPublishAlias = 'live'
  return cloudformation
} } }`

t.test('a function that asks for snapshots gets an image that allows them', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const labels = async (tag: string) => {
    const served = await app.aws.registry.manifest(repository, tag)
    const { config } = JSON.parse(served?.bytes.toString() ?? '{}')
    const blob = await app.aws.registry.blob(repository, config.digest)
    return JSON.parse(blob?.toString() ?? '{}').config.Labels
  }
  const plain = await app.deploy()
  t.equal(plain.exitCode, 0, plain.output)
  const [, before = ''] = await app.tags()
  t.notOk(label in (await labels(before)), 'no other image gets it')

  await app.edit('app.arc', (text) =>
    text.replace('  src plugin/index.ts\n', '  src plugin/index.ts\nasking\n  src asking.mjs\n'),
  )
  await app.write('asking.mjs', asking)
  const asked = await app.deploy()
  t.equal(asked.exitCode, 0, asked.output)
  const after = (await app.tags()).find((tag) => tag.startsWith('small-') && tag !== before)
  t.match(await labels(after ?? ''), { [label]: 'Allow' })
  t.match(app.resources()['NightlyScheduleLambda']?.Properties, {
    PackageType: 'Image',
    SnapStart: { ApplyOn: 'PublishedVersions' },
  })
  const again = await app.deploy()
  t.strictSame(again.sent, [], 'and it is found again')
})
