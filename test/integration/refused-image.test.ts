import t from 'tap'

import { openImageApp } from '../stand-in/inputs/image-app.ts'
import { pushImage, type TestImage } from '../stand-in/inputs/push-image.ts'

const repository = 'greeter-lambda-images'

const spoilt: Readonly<Record<string, Omit<TestImage, 'repository' | 'tag'>>> = {
  IMAGE_IS_INDEX: { index: true },
  IMAGE_PLATFORM_WRONG: { architecture: 'amd64' },
  IMAGE_HANDLER_MISSING: {},
}

// Whoever pushed it: another docker, another tool, a hand.
t.test('a spoilt image under the tag is refused, and does not stay in the way', async (t) => {
  const app = await openImageApp({ aws: { lambdaRules: false } })
  t.teardown(() => app.close())
  const first = await app.deploy()
  t.equal(first.exitCode, 0, first.output)
  const stack = structuredClone(app.aws.stack('GreeterStaging'))
  const tag = (await app.tags()).find((each) => each.startsWith('small-')) ?? ''
  const built = await app.aws.registry.manifest(repository, tag)

  for (const [code, image] of Object.entries(spoilt)) {
    const live = await app.liveTags()
    await app.aws.registry.removeTag(repository, tag)
    const digest = await pushImage(app.aws, { repository, tag, ...image })
    const run = await app.deploy()
    t.equal(run.exitCode, 1, run.output)
    t.match(run.output, new RegExp(`${code}: \\S+/${repository}@${digest}`))
    t.strictSame(app.aws.stack('GreeterStaging'), stack, 'the stack is as it was')
    t.strictSame((await app.liveTags()).toSorted(), live.toSorted())
    t.notOk((await app.tags()).includes(tag), 'the tag is free again')
  }
  const last = await app.deploy()
  t.equal(last.exitCode, 0, last.output)
  t.equal((await app.aws.registry.manifest(repository, tag))?.digest, built?.digest)
})

t.test('a role that may not remove tags is told', async (t) => {
  const app = await openImageApp({ aws: { lambdaRules: false } })
  t.teardown(() => app.close())
  t.equal((await app.deploy()).exitCode, 0)
  const tag = (await app.tags()).find((each) => each.startsWith('small-')) ?? ''
  await app.aws.registry.removeTag(repository, tag)
  await pushImage(app.aws, { repository, tag, index: true })
  app.aws.refuse({ service: 'ecr', action: 'BatchDeleteImage', fault: 'AccessDenied' })
  const run = await app.deploy()
  t.equal(run.exitCode, 1)
  t.match(
    run.output,
    /IMAGE_IS_INDEX: [^]*Its tag small-arm64-\w+ could not be removed[^]*ecr:BatchDeleteImage/,
  )
  t.ok((await app.tags()).includes(tag))
})
