import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'

import { expectDeployed } from '../stand-in/assertions/expect-deployed.ts'
import { type ImageApp, openImageApp } from '../stand-in/inputs/image-app.ts'
import type { Fault } from '../stand-in/registry/index.ts'

const putBlob = { method: 'PUT', path: /blobs/ }
const putImage = { method: 'PUT', path: /manifests\/small-arm64/ }

/** Its packages are installed once for all: no fault here is about them. */
const earlier = await openImageApp()
t.teardown(() => earlier.close())
t.equal((await earlier.deploy()).exitCode, 0)

/** What one deploy survives. */
const survived: Readonly<Record<string, Fault>> = {
  '401 in the middle of the push': { kind: 'status', status: 401, match: putBlob, skip: 2 },
  '429 for a question': { kind: 'status', status: 429, match: { method: 'HEAD' }, times: 2 },
  '500 for the manifest': { kind: 'status', status: 500, match: putImage },
  'reset in the middle of a blob': { kind: 'reset', afterBytes: 100, match: putBlob },
  'a body cut short': { kind: 'truncate', afterBytes: 100, match: putBlob },
  'a byte changed on the way': { kind: 'wrong-digest', match: putBlob },
  'a slow answer': { kind: 'slow', delayMs: 300, match: putBlob },
}

for (const [name, fault] of Object.entries(survived)) {
  t.test(`a deploy survives ${name}`, async (t) => {
    const app = await openApp(t)
    app.aws.registry.inject(fault)
    const run = await app.deploy()
    t.equal(run.exitCode, 0, run.output)
    if (fault.kind !== 'slow') t.match(run.asked.join(), / (?:0|4[02][1-9]|400|500)\b/)
    await expectDeployed(t, app)
  })
}

/** What ends a deploy; `times` uses it up, so that the next one finds a registry in order. */
const fatal: Readonly<Record<string, { fault: Fault; of?: 'base'; says: readonly RegExp[] }>> = {
  'a registry that fails': {
    fault: { kind: 'status', status: 500, match: putImage, times: 5 },
    says: [
      /REGISTRY_FAILED: PUT .*\/manifests\/small-arm64-.*: 500 UNKNOWN: injected\. Try again later\./,
    ],
  },
  'a manifest that is refused': {
    fault: { kind: 'status', status: 400, code: 'MANIFEST_INVALID', match: putImage },
    says: [/REGISTRY_FAILED: PUT .*: 400 MANIFEST_INVALID: injected\. /],
  },
  'a registry that is gone': {
    fault: { kind: 'reset', match: putImage, times: 5 },
    says: [
      /REGISTRY_UNREACHABLE: PUT .*\/manifests\/.* Check the network, the registry's host and HTTPS_PROXY\./,
    ],
  },
  'a registry without permission': {
    fault: { kind: 'status', status: 403, code: 'DENIED', match: putImage, times: 2 },
    says: [
      /REGISTRY_DENIED: PUT .*: 403 DENIED: injected\. Allow this .* on ECR it is ecr:PutImage\./,
    ],
  },
  'a base with other bytes than its digest': {
    of: 'base',
    fault: { kind: 'wrong-digest', match: { method: 'GET', path: /blobs/ }, times: 40 },
    says: [/REGISTRY_CONTENT_INVALID/],
  },
}

for (const [name, { fault, of, says }] of Object.entries(fatal)) {
  t.test(`a deploy ends with ${name}, and the next one is as if nothing had been`, async (t) => {
    const app = await openApp(t)
    ;(of === 'base' ? app.bases : app.aws.registry).inject(fault)
    const run = await app.deploy()
    t.equal(run.exitCode, 1, run.output)
    for (const words of says) t.match(run.output, words)
    t.notMatch(run.output, /^\s+at .*[:(]\d+/m, 'no stack trace')
    t.strictSame(app.aws.state.stacks, [])
    t.strictSame(
      (await app.tags()).filter((tag) => tag.startsWith('small-')),
      [],
      'no image was named',
    )
    if (of === 'base') return

    const next = await app.deploy()
    t.equal(next.exitCode, 0, next.output)
    await expectDeployed(t, app)
  })
}

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

t.test('a tag that another deploy pushed meanwhile is adopted', async (t) => {
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
  t.equal(run.exitCode, 0, run.output)
  t.match(run.output, /✓ Images small \(arm64\): pushed by another deploy, /)
  await expectDeployed(t, app)
})

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
