import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { shortTag } from '../../plugin/core/image/tag.ts'
import { runArcImages } from '../stand-in/harness/arc-images.ts'
import { type AwsOptions } from '../stand-in/aws/index.ts'
import { openImageApp } from '../stand-in/inputs/image-app.ts'
import { pushImage, putTag } from '../stand-in/inputs/push-image.ts'

const repository = 'greeter-lambda-images'
const oneDay = 24 * 60 * 60 * 1000

/** An app that is deployed once; `days` ago by the repository's clock. */
async function openDeployed(t: Test, aws: Partial<AwsOptions> = {}) {
  const app = await openImageApp({ aws: { lambdaRules: false, ...aws } })
  t.teardown(() => app.close())
  const run = await app.deploy()
  t.equal(run.exitCode, 0, run.output)
  return app
}

const longAgo = Date.now() - 60 * oneDay
const past = new Date(longAgo).toISOString().slice(0, 10).replaceAll('-', '')

/** An image of a stack that is gone, pushed long ago. */
async function pushGarbage(
  app: Awaited<ReturnType<typeof openDeployed>>,
  stack = 'GreeterStagingPR7',
) {
  const tag = `small-arm64-${'7'.repeat(32)}`
  const digest = await pushImage(app.aws, { repository, tag })
  const live = `live-${stack}_small_${digest.slice(7, 23)}_${past}`
  await putTag(app.aws, { repository, digest, tag: live })
  for (const key of Object.keys(app.aws.state.pushed))
    if (key.endsWith(tag) || key.endsWith(live) || key.endsWith(digest))
      app.aws.state.pushed[key] = longAgo
  return { digest, tag, live }
}

t.test('the command itself', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const [help, version, nothing, unknown, option, age, both] = await Promise.all(
    [
      ['--help'],
      ['--version'],
      [],
      ['prune'],
      ['gc', '--force'],
      ['gc', '--older-than', 'yesterday'],
      ['gc', '--stack', 'A', '--production'],
    ].map((args) => runArcImages(app, args)),
  )
  t.match(help, { exitCode: 0, stderr: '', stdout: /  images  [^]*  gc  / })
  t.strictSame(nothing?.stdout, help?.stdout)
  t.match(version, { exitCode: 0, stdout: /^\d+\.\d+\.\d+$/ })
  t.match(unknown, { exitCode: 2, stdout: '', stderr: /^COMMAND_INVALID: .* has no 'prune'/ })
  t.match(option, {
    exitCode: 2,
    stdout: '',
    stderr: /^COMMAND_INVALID: arc-images gc has no option '--force'/,
  })
  t.match(age, {
    exitCode: 2,
    stderr: /^COMMAND_INVALID: arc-images gc takes days or weeks after --older-than/,
  })
  t.match(both, { exitCode: 2, stderr: /^COMMAND_INVALID: --stack is the full name/ })
  t.match(await runArcImages(app, ['gc', '--help']), { exitCode: 0, stdout: /--older-than 30d/ })
  t.match(await runArcImages(app, ['images']), {
    exitCode: 0,
    stdout:
      'There is no repository greeter-lambda-images yet.\n\nThere is no repository greeter-lambda-images-preview yet.',
  })

  await app.edit('app.arc', (text) => text.replace('define GREETING', 'keep many'))
  t.match(await runArcImages(app, ['images']), {
    exitCode: 1,
    stdout: '',
    stderr: /^SETTING_VALUE_INVALID: app\.arc:\d+: '@images keep many'/,
  })
})

t.test('without credentials', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const none = {
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  t.match(await runArcImages(app, ['gc'], none), {
    exitCode: 1,
    stdout: '',
    stderr: /^AWS_CREDENTIALS_MISSING: /,
  })
})

t.test('gc takes what nothing holds, and only when told to', async (t) => {
  const app = await openDeployed(t)
  const { digest, tag, live } = await pushGarbage(app)
  const before = [...(await app.aws.registry.tags(repository)).keys()]
  const look = await runArcImages(app, ['gc'])
  t.match(look, { exitCode: 0, stderr: '' })
  t.match(look.stdout, new RegExp(`image  ${shortTag(tag)}\\s+[\\d.]+ k?B  60 d  no stack runs it`))
  t.match(look.stdout, /Would remove 1 image .* 2 images stay.\nRun it again with --yes/)
  // oxlint-disable-next-line no-control-regex
  t.notMatch(look.stdout, /\x1b/, 'no colours in a pipe')
  const json = JSON.parse((await runArcImages(app, ['gc', '--json'])).stdout)
  t.match(json, { removed: false, repositories: [{ repository }, { images: [] }] })
  t.match(
    json.repositories[0].images.find((image: { goes: boolean }) => image.goes),
    { digest, removes: [live, tag], pushedAt: /^20/ },
  )
  t.strictSame([...(await app.aws.registry.tags(repository)).keys()], before, 'nothing went yet')

  t.match(await runArcImages(app, ['gc', '--yes', '--older-than', '90d']), {
    stdout: /nothing to remove/,
  })
  const done = await runArcImages(app, ['gc', '--yes'])
  t.match(done, { exitCode: 0, stdout: /Removed 1 image/ })
  const left = [...(await app.aws.registry.tags(repository)).keys()]
  t.strictSame(
    left,
    before.filter((name) => name !== tag && name !== live),
  )
  const next = await app.deploy()
  t.strictSame(next.sent, [], next.output)
})

t.test('an error of any API, and nothing goes', async (t) => {
  const app = await openDeployed(t, { pageSize: 1, ecrPageSize: 1 })
  await pushGarbage(app)
  const before = [...(await app.aws.registry.tags(repository)).keys()]
  for (const [service, action] of [
    ['ecr', 'DescribeImages'],
    ['lambda', 'GetFunction'],
  ] as const) {
    app.aws.refuse({ service, action, fault: 'AccessDenied', times: 1 })
    const run = await runArcImages(app, ['gc', '--yes'])
    t.match(run, {
      exitCode: 1,
      stdout: '',
      stderr: new RegExp(`^AWS_DENIED: ${service}:${action}`),
    })
    t.strictSame([...(await app.aws.registry.tags(repository)).keys()], before, action)
  }
  app.aws.expireTokens()
  t.match(await runArcImages(app, ['gc', '--yes']), { exitCode: 0, stdout: /Removed 1 image/ })
})

t.test('a stack in progress or in review is live; one that is deleted is not', async (t) => {
  const app = await openDeployed(t)
  const { live, tag } = await pushGarbage(app, 'GreeterStaging')
  const stack = app.aws.stack('GreeterStaging')
  if (stack === undefined) throw new Error('no stack')
  for (const status of ['UPDATE_IN_PROGRESS', 'REVIEW_IN_PROGRESS']) {
    stack.status = status
    const run = await runArcImages(app, ['gc', '--yes'])
    t.match(run, { exitCode: 0, stdout: /nothing to remove, 3 images stay/ }, status)
  }
  t.match((await runArcImages(app, ['images'])).stdout, /GreeterStaging\s+\(REVIEW_IN_PROGRESS/)
  stack.status = 'UPDATE_COMPLETE'
  const settled = await runArcImages(app, ['gc', '--yes'])
  t.match(settled.stdout, /Removed 1 image/)
  t.notOk(
    [...(await app.aws.registry.tags(repository)).keys()].some((name) =>
      [live, tag].includes(name),
    ),
  )

  // `arc destroy` runs no plugin: the live tag is of today, and naming the stack takes it.
  stack.status = 'DELETE_COMPLETE'
  t.match((await runArcImages(app, ['gc', '--yes'])).stdout, /nothing to remove/)
  t.match(
    (await runArcImages(app, ['gc', '--yes', '--stack', 'GreeterStaging'])).stdout,
    /Removed 1 image/,
  )
  t.match(await app.tags(), [/^deps-small/])
})

t.test('plan and images against what is live', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  const first = await runArcImages(app, ['plan', '--production', '--json'])
  t.match(JSON.parse(first.stdout), {
    stack: 'GreeterProduction',
    images: [{ state: 'new', isThere: false }],
    functions: [
      { name: 'get /greet/:name', state: 'new' },
      { name: 'scheduled nightly', state: 'new' },
    ],
  })
  t.strictSame(app.aws.state.repositories, {}, 'nothing was made')
  const deployed = await app.deploy()
  t.equal(deployed.exitCode, 0, deployed.output)
  const [tag] = (await app.tags()).toReversed()
  const same = JSON.parse((await runArcImages(app, ['plan', '--json'])).stdout)
  t.match(same, {
    images: [{ tag, state: 'unchanged', isThere: true, changes: [] }],
    functions: [{ state: 'unchanged' }, { state: 'unchanged' }],
  })
  t.equal(same.images[0].size, same.images[0].liveSize)

  await app.edit('src/scheduled/nightly/index.mjs', (text) => text.replace('nightly', 'changed'))
  await app.edit('app.arc', (text) =>
    text.replace('get /greet/:name small', 'get / small').replace('get /greet/:name\n', ''),
  )
  const before = await app.aws.registry.tags(repository)
  const changed = await runArcImages(app, ['plan'])
  t.match(changed.stdout, /^changed\s+small \(arm64\)\s+code\s+to be built\s+is [\d.]+ kB now$/m)
  t.match(changed.stdout, /^replaced\s+get \/\s+zip to image$/m)
  t.match(changed.stdout, /^changed\s+scheduled nightly\s+image small$/m)
  t.match(changed.stdout, /^removed\s+GetGreetNameHTTPLambda$/m)
  t.strictSame(await app.aws.registry.tags(repository), before, 'a plan pushes nothing')
  const lockfile = await app.read('docker/small/package-lock.json')
  await app.write('docker/small/package-lock.json', lockfile.replace('"1.0.0"', '"1.1.0"'))
  const bumped = JSON.parse((await runArcImages(app, ['plan', '--json'])).stdout)
  t.match(bumped, { images: [{ changes: ['dependencies (tiny 1.0.0 to 1.1.0)', 'code'] }] })
  const packages = [{ change: 'bumped', name: 'tiny', before: ['1.0.0'], after: ['1.1.0'] }]
  t.match(bumped, { images: [{ packages }] })
  const told = /^Packages of small \(arm64\), unpacked:\n  tiny 1\.0\.0 to 1\.1\.0, [\d.]+ k?B$/m
  t.match((await runArcImages(app, ['plan'])).stdout, told)
  await app.write('docker/small/package-lock.json', lockfile)

  const pages = join(app.cache, 'page.html')
  const page = await runArcImages(app, ['plan', '--html', pages], { CI: 'true' })
  t.match(page, { exitCode: 0, stderr: /^Wrote .*page\.html/, stdout: /^Deploy of GreeterStaging/ })
  const look = (await readFile(pages, 'utf8')).replaceAll(/>\s+</g, '><')
  t.match(look, /<h2>small \(arm64\)<\/h2>/)
  t.match(look, /<th scope="row">http\/get-index<\/th><td>Functions<\/td><td>added<\/td>/)
  t.match(look, /<th scope="row">http\/get-greet-000name<\/th><td>Functions<\/td><td>removed<\/td>/)
  t.match(look, /<th scope="row">tiny<\/th><td>Packages<\/td><td class="number">\d/)
  t.notMatch(look, /<th scope="row">tiny<\/th><td>Packages<\/td><td>/, 'which did not change')
  t.strictSame(await app.aws.registry.tags(repository), before, 'nor does a page')
  const reported = await runArcImages(app, ['report', '--html', pages])
  t.equal(reported.exitCode, 0, reported.stderr)
  t.match(await readFile(pages, 'utf8'), /<h2>.*scheduled nightly.*<\/h2>[^]*nothing is live/)

  const listed = JSON.parse((await runArcImages(app, ['images', '--json'])).stdout)
  t.match(listed.repositories, [
    { repository, exists: true },
    { exists: false, images: [] },
  ])
  t.match(
    listed.repositories[0].images.map((image: { heldBy: string[] }) => image.heldBy).toSorted(),
    [[], ['GreeterStaging']],
  )
  const [stored] = listed.repositories
  const serving = stored.images.filter(({ serves }: { serves: string[] }) => serves.length > 0)
  t.match(serving, [{ tags: [/^deps-small-/], serves: [stored.images[0].digest] }])
  const sum = stored.images.reduce((all: number, { size }: { size: number }) => all + size, 0)
  t.ok(stored.size < sum, 'the layer of dependencies is in two images, and stored once')
  const table = (await runArcImages(app, ['images'])).stdout
  t.match(table, /^deps-small-arm64-[0-9a-f]{12} .* serves [0-9a-f]{12}$/m)
  t.strictSame(
    table.split('\n').filter((line) => line.length > 80),
    [],
  )
})
