import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import t from 'tap'

import { openImageApp } from '../stand-in/inputs/image-app.ts'
import { startFunction } from '../stand-in/lambda/start-function.ts'
import { unpackDeployed } from '../stand-in/assertions/unpack-deployed.ts'

const flagged = new Set(['GetGreetNameHTTPLambda', 'NightlyScheduleLambda'])
const repository = 'greeter-lambda-images'
const uri = `123456789012.dkr.ecr.us-west-2.amazonaws.com/${repository}`

const state = await mkdtemp(join(tmpdir(), 'arc-account-'))
const app = await openImageApp({ aws: { directory: state } })
t.teardown(async () => {
  await app.close()
  await rm(state, { recursive: true, force: true })
})

function withoutZipKey(resource: unknown): unknown {
  return JSON.parse(JSON.stringify(resource).replace(/[0-9a-f]{64}/, 'KEY'))
}

function imageUri(): string {
  return String(app.resources()['GetGreetNameHTTPLambda']?.Properties['ImageUri'])
}

t.test('flagged functions become images, and nothing else changes', async (t) => {
  const manifest = await app.read('app.arc')
  await app.write('app.arc', manifest.replace(/@container-images[^]*/, ''))
  const zipRun = await app.deploy()
  t.equal(zipRun.exitCode, 0, zipRun.output)
  t.notMatch(zipRun.output, 'Images')
  t.notMatch(zipRun.calls.join(), 'ecr:')
  const zipped = app.resources()

  await app.write('app.arc', manifest)
  const run = await app.deploy()
  t.equal(run.exitCode, 0, run.output)
  t.equal(app.aws.stack('GreeterStaging')?.status, 'UPDATE_COMPLETE')
  const resources = app.resources()
  t.strictSame(Object.keys(resources), Object.keys(zipped))
  for (const [id, resource] of Object.entries(resources)) {
    // The zips of Architect carry the time of day, and their keys are digests.
    if (!flagged.has(id)) t.strictSame(withoutZipKey(resource), withoutZipKey(zipped[id]), id)
  }
  for (const [id, command] of [
    ['GetGreetNameHTTPLambda', 'http/get-greet-000name/index.handler'],
    ['NightlyScheduleLambda', 'scheduled/nightly/index.handler'],
  ] as const) {
    const { Handler: _h, Runtime: _r, CodeUri: _c, ...kept } = zipped[id]?.Properties ?? {}
    const { CodeUri: codeUri, ImageUri, ...properties } = resources[id]?.Properties ?? {}
    t.strictSame(properties, {
      ...kept,
      PackageType: 'Image',
      Architectures: ['arm64'],
      ImageConfig: {
        EntryPoint: ['/lambda-entrypoint.sh'],
        Command: [command],
        WorkingDirectory: '/var/task',
      },
    })
    t.match(
      ImageUri,
      /^123456789012\.dkr\.ecr\.us-west-2\.amazonaws\.com\/greeter-lambda-images@sha256:[0-9a-f]{64}$/,
    )
    t.match(codeUri, /^s3:\/\//, 'an empty zip, which SAM ignores')
    const { Metadata: metadata, ...resource } = { Metadata: {}, ...resources[id] }
    t.match(metadata, { ContainerImages: { proven: [/^[0-9a-f]{32}$/] } })
    t.strictSame({ ...resource, Properties: 0 }, { ...zipped[id], Properties: 0 })
    t.notOk(app.aws.stack('GreeterStaging')?.deployment.functions[id]?.startError)
  }
  t.match(await app.tags(), [/^deps-small-arm64-[0-9a-f]{32}$/, /^small-arm64-[0-9a-f]{32}$/])
  t.match(app.aws.state.repositories[repository], { mutability: 'IMMUTABLE' })

  const lines = run.output.split('\n').filter((line) => /Images|Warning/.test(line))
  t.match(lines, [
    /^⚬ Images Putting 2 functions into 1 image$/,
    /^⚬ Images Installing packages of small$/,
    /^⚬ Images Repository greeter-lambda-images: making it, with immutable tags and scan on push$/,
    /^⚬ Images Repository greeter-lambda-images: let Lambda pull images$/,
    /^⚬ Images Repository greeter-lambda-images: keep what is live, the newest 10 dependency layers and the newest 10 of all images$/,
    /^✓ Images small \(arm64\): base [\d.]+ kB sent, dependencies \d+ B sent, app \d+ B sent; [\d.]+ kB sent; \d+\.\d s$/,
    /Warning: http get \/greet\/:name changes from zip to image, so CloudFormation replaces the function \(GetGreetNameHTTPLambda\)/,
    /Warning: scheduled nightly changes from zip to image, so CloudFormation replaces the function \(NightlyScheduleLambda\)/,
  ])
  t.equal(lines.length, 8)
  // oxlint-disable-next-line no-control-regex
  t.notMatch(run.output, /\x1b|\r/, 'no escape codes in a CI log')
})

t.test('what was deployed answers', async (t) => {
  const root = t.testdir()
  await unpackDeployed(app.aws, imageUri(), root)
  const running = await startFunction({
    root,
    entryPoint: ['/lambda-entrypoint.sh'],
    command: ['http/get-greet-000name/index.handler'],
    workingDirectory: '/var/task',
  })
  t.teardown(() => running.stop())
  const { payload, error } = await running.invoke({ pathParameters: { name: 'ada' } })
  t.equal(error, undefined, running.output())
  // GREETING came from the shell of the deploy, the package from the dependency layer.
  t.strictSame(JSON.parse(payload.toString()), { statusCode: 200, body: 'Hello ADA' })
})

t.test('a second deploy sends nothing and asks little', async (t) => {
  const before = [imageUri(), await app.tags()]
  const run = await app.deploy()
  t.equal(run.exitCode, 0, run.output)
  t.strictSame(run.sent, [])
  // Of the registry and of AWS, but for what Architect itself asks.
  const ours = run.calls.filter((call) => /^(?:ecr|lambda):|:GetTemplate$/.test(call))
  t.ok(run.asked.length + ours.length <= 10, [...run.asked, ...ours].join())
  t.strictSame([imageUri(), await app.tags()], before)
  t.match(run.output, /✓ Images small \(arm64\): unchanged, [\d.]+ kB; nothing sent; \d+\.\d s/)
  t.notMatch(run.output, /Uploading|Installing|Writing|replaces/)
})

t.test('changed code sends the app layer, the config and the manifest', async (t) => {
  const before = imageUri()
  await app.edit('src/scheduled/nightly/index.mjs', (text) => text.replace('nightly', 'changed'))
  const run = await app.deploy()
  t.equal(run.exitCode, 0, run.output)
  t.strictSame(run.sent, ['blob', 'blob', 'live tag', 'manifest'])
  t.match(
    run.output,
    /small \(arm64\): base [\d.]+ kB reused, dependencies \d+ B reused, app \d+ B sent; /,
  )
  t.match(run.output, /than the live image|same size as the live image/)
  t.notMatch(run.output, /Uploading|Installing|Writing|replaces/)
  t.not(imageUri(), before)
  t.equal((await app.tags()).length, 3)
  const previous = before.slice(`${uri}@`.length)
  for (const id of flagged)
    t.match(app.resources()[id], { Metadata: { ContainerImages: { previous } } })
  t.equal((await app.liveTags()).length, 2, 'what runs, and what a rollback would need')
})

t.test('a new machine with the same registry sends no more', async (t) => {
  await app.edit('app.arc', (text) => text.replace('get /greet/:name small', '$&\nget / small'))
  const run = await app.deploy({ environment: { ARC_CONTAINER_IMAGES_CACHE: t.testdir() } })
  t.equal(run.exitCode, 0, run.output)
  t.strictSame(run.sent, ['blob', 'blob', 'live tag', 'manifest'])
  t.notMatch(run.output, /Installing|Writing/)
})

t.test('a CloudFormation that refuses an update without changes finds none', async (t) => {
  const before = imageUri()
  await app.aws.close()
  const other = await openImageApp({
    directory: app.directory,
    aws: { directory: state, identicalUpdate: 'refused' },
  })
  t.teardown(() => other.close())
  const run = await other.deploy()
  t.match(run.output, 'No updates are to be performed', 'the template is the same to the byte')
  t.strictSame(run.sent, [])
  t.equal(other.resources()['GetGreetNameHTTPLambda']?.Properties['ImageUri'], before)
  t.equal(other.aws.stack('GreeterStaging')?.status, 'UPDATE_COMPLETE')
})
