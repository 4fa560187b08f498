/** Two faults that come at a moment of the deploy; those that need no moment are in fault-matrix.test.ts. */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'

import { expectDeployed } from '../stand-in/assertions/expect-deployed.ts'
import { type ImageApp, openImageApp } from '../stand-in/inputs/image-app.ts'

const putBlob = { method: 'PUT', path: /blobs/ }
const putImage = { method: 'PUT', path: /manifests\/small-arm64/ }

/** Its packages are installed once for all. */
const earlier = await openImageApp()
t.teardown(() => earlier.close())
t.equal((await earlier.deploy()).exitCode, 0)

for (const expiredTokens of ['denied', 'unauthorized'] as const) {
  t.test(`a token that ends in the middle of the push is renewed (${expiredTokens})`, async (t) => {
    const app = await openApp(t, { expiredTokens })
    const { registry } = app.aws
    registry.inject({ kind: 'slow', delayMs: 500, match: putBlob })
    const running = app.deploy()
    while (!registry.journal.some(({ method, status }) => method === 'PUT' && status === 0)) {
      await sleep(5)
    }
    app.aws.expireTokens()
    const run = await running
    t.equal(run.exitCode, 0, run.output)
    const tokens = run.calls.filter((call) => call === 'ecr:GetAuthorizationToken')
    t.equal(tokens.length, 2)
    await expectDeployed(t, app)
  })
}

t.test(
  'a tag that was taken meanwhile, by an image that says other things, is not adopted',
  async (t) => {
    const app = await openApp(t)
    const { registry } = app.aws
    const held = Promise.withResolvers<undefined>()
    registry.inject({ kind: 'slow', match: putImage, until: held.promise })
    const slower = app.deploy()
    while (
      !registry.journal.some(({ method, path }) => method === 'PUT' && putImage.path.test(path))
    ) {
      await sleep(5)
    }
    const faster = await app.deploy({ environment: { ARC_CONTAINER_IMAGES_CACHE: t.testdir() } })
    t.equal(faster.exitCode, 0, faster.output)
    await pushVariant(app)
    held.resolve(undefined)
    const run = await slower
    t.equal(run.exitCode, 1, run.output)
    t.match(run.output, /IMAGE_NOT_PROVEN: .*its manifest describes its parts otherwise/)
    t.match(app.aws.stack('GreeterStaging')?.status, 'CREATE_COMPLETE', 'that of the faster one')
  },
)

async function openApp(t: Test, aws = {}): Promise<ImageApp> {
  const app = await openImageApp({ aws, dependenciesOf: earlier })
  t.teardown(() => app.close())
  return app
}

/** The image under its tag in other bytes, as a deploy with another gzip would have made it. */
async function pushVariant({ aws }: ImageApp): Promise<void> {
  const tags = await aws.registry.tags('greeter-lambda-images')
  const tag = [...tags.keys()].find((name) => name.startsWith('small-')) ?? ''
  const image = await aws.registry.manifest('greeter-lambda-images', tag)
  const manifest = JSON.parse(image?.bytes.toString() ?? '')
  await aws.registry.removeTag('greeter-lambda-images', tag)
  const { status } = await fetch(`${aws.registry.url}/v2/greeter-lambda-images/manifests/${tag}`, {
    method: 'PUT',
    headers: {
      authorization: `Basic ${Object.keys(aws.state.tokens).at(-1)}`,
      'content-type': image?.mediaType ?? '',
    },
    body: JSON.stringify(manifest, undefined, 2),
  })
  if (status !== 201) throw new Error(`the variant was not taken: ${status}`)
}
